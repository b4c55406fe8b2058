"""The survey that is ready in every new project: for messages left while nobody is there."""

from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    SurveyDefinition,
    SurveyType,
    Text,
)

_ENDS = {0: "0 Not At All Likely", 10: "10 Extremely Likely"}


def _english(text: str) -> Text:
    return {"en": text}


SURVEY = SurveyDefinition(
    name="Offline survey",
    type=SurveyType.FORM,
    questions=(
        Question("name", QuestionType.SHORT_TEXT, _english("What is your name?")),
        Question("email", QuestionType.EMAIL, _english("What is your email address?")),
        Question(
            "recommend",
            QuestionType.SINGLE_CHOICE,
            _english("How likely are you to recommend us?"),
            metric="nps",
            # A choice counts by the number that it begins with: this wire has no ratings.
            choices=tuple(
                Choice(str(step), _english(_ENDS.get(step, str(step)))) for step in range(11)
            ),
        ),
        Question(
            "message",
            QuestionType.LONG_TEXT,
            _english("How can we help you?"),
            required=True,
        ),
    ),
    header=_english("Please leave us a message."),
    subject=_english("Please leave us a message."),
    thanks=_english("Thank you for your message!"),
    # Whoever leaves a message may leave another one.
    repeat_after_days=0,
)
