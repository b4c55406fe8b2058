"""The surveys that the demo's shop shows by the widget: one of each kind."""

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.model import (
    Choice,
    Place,
    Project,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
    WidgetRule,
)
from tellback.store.database import Database

_NPS = SurveyDefinition(
    name="Would you recommend us?",
    type=SurveyType.NPS,
    questions=(
        Question(
            "recommend",
            QuestionType.NPS,
            {
                "en": "How likely are you to recommend us to a friend?",
                "de": "Wie wahrscheinlich empfehlen Sie uns weiter?",
                "fr": "Nous recommanderiez-vous à vos amis ?",
                "ar": "ما مدى احتمال أن توصي بنا صديقًا؟",
            },
            metric="nps",
        ),
        Question(
            "missing",
            QuestionType.LONG_TEXT,
            {"en": "What should we do better?", "de": "Was sollen wir besser machen?"},
            show_if=(ShowIf("recommend", at_most=8),),
        ),
        Question(
            "liked",
            QuestionType.LONG_TEXT,
            {"en": "What do you like best?", "de": "Was gefällt Ihnen am besten?"},
            show_if=(ShowIf("recommend", at_least=9),),
        ),
    ),
    widget=WidgetRule(pages=("*/widget", "!*/widget?view=help"), delay=2),
)
_HELP = SurveyDefinition(
    name="Did this page help?",
    type=SurveyType.BINARY,
    questions=(
        Question("helped", QuestionType.BINARY, {"en": "Did this page help you?"}, metric="binary"),
        Question(
            "lacking",
            QuestionType.LONG_TEXT,
            {"en": "What was missing?"},
            show_if=(ShowIf("helped", any_of=("negative",)),),
        ),
    ),
    widget=WidgetRule(Place.INLINE, pages=("*/widget?view=help",)),
)
_EASE = SurveyDefinition(
    name="How easy was it to buy?",
    type=SurveyType.CES,
    questions=(
        Question(
            "ease",
            QuestionType.SCALE,
            {"en": "How easy was it to buy from us?"},
            minimum=1,
            maximum=7,
            metric="ces",
            choices=(Choice("1", {"en": "Very hard"}), Choice("7", {"en": "Very easy"})),
        ),
        Question("why", QuestionType.LONG_TEXT, {"en": "What made it so?"}),
    ),
    widget=WidgetRule(events=("paid",)),
)
_MOOD = SurveyDefinition(
    name="How do you like this shop?",
    type=SurveyType.CSAT,
    questions=(
        Question(
            "mood",
            QuestionType.SMILEY,
            {"en": "How do you like this shop?"},
            minimum=1,
            maximum=5,
            metric="csat",
        ),
        Question("idea", QuestionType.LONG_TEXT, {"en": "What would you change?"}),
    ),
    repeat_after_days=0,
    widget=WidgetRule(sample=0),
)
SHOP_SURVEYS = {"shop-nps": _NPS, "shop-help": _HELP, "shop-ease": _EASE, "shop-mood": _MOOD}


async def publish(database: Database, project: Project) -> None:
    """Put them all into a project, live."""
    jobs = [ApplySurvey(project, key, True, what) for key, what in SHOP_SURVEYS.items()]
    await database.write(apply_surveys, jobs)
