// Answers for the questionnaire when the network does not: with an empty frame, which the page's script fills from
// what this device keeps. It stores nothing itself and sees no answer.
"use strict";

const FRAME = new URL("frame/", self.registration.scope).pathname;
const PATIENCE = 6000;

self.addEventListener("install", () => { self.skipWaiting(); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) { return; }
  if (request.mode === "navigate") { event.respondWith(page(request)); }
  // Only files whose name changes with their content come from the device first.
  else if (request.method === "GET" && /\.(css|js)$/.test(url.pathname) && request.destination) {
    event.respondWith(file(request, /\.[0-9a-f]{12}\.(css|js)$/.test(url.pathname)));
  }
});

async function page(request) {
  const frame = await caches.match(FRAME);
  if (!frame) { return fetch(request); }
  const waits = new Promise((resolve) => { if (request.method === "GET") { setTimeout(resolve, PATIENCE, frame); } });
  try {
    const answer = await Promise.race([fetch(request), waits]);
    return answer.status >= 502 && answer.status <= 504 ? frame : answer;
  } catch (error) { return frame; }
}

async function file(request, isLasting) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept && isLasting) { return kept; }
  try { return await fetch(request); } catch (error) { if (kept) { return kept; } throw error; }
}
