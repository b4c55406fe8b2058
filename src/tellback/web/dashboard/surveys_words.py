"""What the parts of a survey are called on our pages."""

from tellback.core.model import QuestionType, SurveyType

SURVEY_TYPES = {
    SurveyType.NPS: "NPS",
    SurveyType.CSAT: "CSAT",
    SurveyType.CES: "CES",
    SurveyType.BINARY: "Yes or no",
    SurveyType.FORM: "Form",
}
TYPES = {
    QuestionType.NPS: "NPS, 0 to 10",
    QuestionType.SCALE: "Scale of numbers",
    QuestionType.STARS: "Stars",
    QuestionType.SMILEY: "Smileys",
    QuestionType.BINARY: "Yes or no",
    QuestionType.SINGLE_CHOICE: "One of several",
    QuestionType.MULTIPLE_CHOICE: "Any of several",
    QuestionType.DROPDOWN: "One from a list",
    QuestionType.SHORT_TEXT: "Short text",
    QuestionType.LONG_TEXT: "Long text",
    QuestionType.NUMBER: "Number",
    QuestionType.EMAIL: "E-mail address",
    QuestionType.DATE: "Date",
}
METRICS = {
    SurveyType.NPS: "NPS",
    SurveyType.CSAT: "CSAT",
    SurveyType.CES: "CES",
    SurveyType.BINARY: "Positive or negative",
}
OPERATORS = {
    "==": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "contain": "contains",
    "isset": "is known",
    "isnotset": "is not known",
    "more_days_ago_than": "is longer ago, in days, than",
    "less_days_ago_than": "is less long ago, in days, than",
}
#: What the fields are called that a problem may be at, by their place on the page.
SETTINGS = {
    "name": "Title",
    "questions": "Questions",
    "hide_after": "Seconds in a chat",
    "repeat_after_days": "Days until a further answer",
    "channels": "Channels of conversations",
    "number": "Number of the survey",
    "per_page": "Questions on one page",
    "colour": "Colour",
    "targeting": "Conditions",
    "link-properties": "Properties in the address",
    "widget-sample": "Percent of the browsers",
    "widget-delay": "Seconds until the widget",
    "widget-snooze_days": "Days until the widget is back",
    "widget-pages": "Addresses of the pages",
    "widget-events": "Events",
}
#: The languages that we have names for; any other goes by its tag.
LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt-br": "Portuguese (Brazil)",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
}


def language_name(tag: str) -> str:
    """What a language is called; its tag where we have no name for it."""
    return LANGUAGES.get(tag, tag)


def language_named(name: str) -> str:
    """The tag of the language of that name, however it is spelled; nothing if there is none."""
    wanted = name.strip().casefold()
    return next((tag for tag, words in LANGUAGES.items() if words.casefold() == wanted), "")
