"""Addresses of the assessments app."""

from django.urls import path

from assessments.campaign_urls import campaign_urls
from assessments.views import answering, codes, device, joining, kiosks, questions, receipts, withdrawing

# The token comes last: every other address of the questionnaire is shorter than one.
answering_urls = [
    path("a/", answering.home, name="answering"),
    path("a/start/", answering.start, name="answering_start"),
    path("a/afresh/", answering.afresh, name="answering_afresh"),
    path("a/part/<slug:part_key>/<int:number>/", questions.part, name="answering_part"),
    path("a/save/", questions.save, name="answering_save"),
    path("a/sync/", questions.sync, name="answering_sync"),
    path("a/language/", answering.language, name="answering_language"),
    path("a/check/", answering.check, name="answering_check"),
    path("a/send/", answering.send, name="answering_send"),
    path("a/sent/", answering.sent, name="answering_sent"),
    path("a/leave/", answering.leave, name="answering_leave"),
    path("a/code/", codes.resume_code, name="answering_code"),
    path("a/resume/", codes.resume, name="answering_resume"),
    path("a/ask/", codes.ask, name="answering_ask"),
    path("a/receipt/", receipts.receipt, name="answering_receipt"),
    path("a/withdraw/", withdrawing.withdraw, name="answering_withdraw"),
    path("a/worker.js", device.worker, name="answering_worker"),
    path("a/frame/", device.frame, name="answering_frame"),
    path("a/whole/", device.whole, name="answering_whole"),
    path("a/device/", device.device, name="answering_device"),
    path("a/<str:token>/", answering.exchange, name="answering_link"),
    path("join/<str:token>/", joining.join, name="answering_join"),
    path("c/", joining.code, name="code"),
    path("kiosk/", kiosks.kiosk_home, name="kiosk_home"),
    path("kiosk/start/", kiosks.kiosk_start, name="kiosk_start"),
    path("kiosk/leave/", kiosks.kiosk_leave, name="kiosk_leave"),
    path("kiosk/<str:token>/", kiosks.kiosk, name="kiosk"),
]

urlpatterns = [*answering_urls, *campaign_urls]
