"""Pages of the questionnaire as strings: printed once in a process with their templates, then filled for one person.

The template engine takes ten times as long as everything else about a page. So each page is printed blank, with
a mark wherever something depends on the person: an answer, its version, the link, the organisation's name. A
page for somebody is then one join. What is kept is bounded, holds no answer and no secret, and is shared by all
who are asked the same in one language.

`printing` says how, `questions` prints the pages of questions, `check` the page before sending, `frames` the pages
around them: the start, the parts, the thanks.
"""

from assessments.rendering.check import rendered_check
from assessments.rendering.frames import Place, rendered_parts, rendered_start, rendered_thanks
from assessments.rendering.printing import Language, languages_named
from assessments.rendering.questions import BlankPage, Replaced, blank_pages, rendered_page, words_shown

__all__ = [
    "BlankPage",
    "Language",
    "Place",
    "Replaced",
    "blank_pages",
    "languages_named",
    "rendered_check",
    "rendered_page",
    "rendered_parts",
    "rendered_start",
    "rendered_thanks",
    "words_shown",
]
