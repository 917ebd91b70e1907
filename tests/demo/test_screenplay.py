"""The file with everything that is said in the demo."""

import re

import pytest

from frontdesk.demo.house import BOTS, NEWCOMER
from frontdesk.demo.screenplay import Ends, Pause, Say, Script, Transfer, Types, read
from frontdesk.desk.limits import INFO_VALUE_CHARS, MESSAGE_BYTES, TOPIC_BYTES

PLAY = read()


def script(talk: str) -> Script:
    return Script("a test", "/", "Where is it?", talk)


def test_lines_and_directions_are_read_and_what_is_indented_belongs_to_a_line():
    talk = """
agent: Hello {guest}

  - one
  - two
guest types 3
pause 5
transfer
guest: Bye
agent ends
"""
    assert script(talk).steps() == [
        Say("agent", "Hello {guest}\n\n- one\n- two"),
        Types("guest", 3_000),
        Pause(5_000),
        Transfer(),
        Say("guest", "Bye"),
        Ends("agent"),
    ]


@pytest.mark.parametrize(
    "line",
    ["Hello", "agent:Hello", "guest pause 3", "pause", "types 3", "ends", "agent transfer"],
)
def test_what_nobody_says_and_is_no_direction_is_refused(line: str):
    with pytest.raises(ValueError, match="nobody says"):
        script(f"{line}\nguest ends").steps()


@pytest.mark.parametrize("talk", ["", "guest: Bye", "guest ends\nguest: Bye"])
def test_a_conversation_without_an_end_is_refused(talk: str):
    with pytest.raises(ValueError, match="nobody says ''|does not end"):
        script(talk).steps()


def test_there_is_something_of_everything():
    found = [step for one in PLAY.conversation for step in one.steps()]

    assert len(PLAY.conversation) >= 12
    assert len({one.name for one in PLAY.conversation}) == len(PLAY.conversation)
    assert {type(step) for step in found} == {Say, Types, Pause, Transfer, Ends}
    assert {step.who for step in found if isinstance(step, Ends)} == {"agent", "guest"}
    assert any(one.leaves for one in PLAY.conversation)
    assert any(one.waiting for one in PLAY.conversation)
    assert {one.rating for one in PLAY.conversation} == {0, 2, 3, 4, 5}
    assert any(one.rating and not one.comment for one in PLAY.conversation)
    assert all(one.rating for one in PLAY.conversation if one.comment)
    for markdown in ("**", "`", "1. ", "- ", "> ", "]("):
        assert any(markdown in step.text for step in found if isinstance(step, Say)), markdown


@pytest.mark.parametrize("one", PLAY.conversation, ids=lambda one: one.name)
def test_a_conversation_is_one_that_the_desk_takes(one: Script):
    said = [step.text for step in one.steps() if isinstance(step, Say)]

    assert len(one.question.encode()) <= TOPIC_BYTES
    assert len(one.page) <= INFO_VALUE_CHARS
    for text in (*said, *one.waiting):
        assert 0 < len(text.encode()) <= MESSAGE_BYTES
        assert set(re.findall(r"{\w*}", text)) <= {"{guest}", "{agent}"}
    # Who leaves has lines too, for when somebody was faster.
    assert said


def test_guests_are_not_called_like_those_who_help():
    assert set(PLAY.guests).isdisjoint({*BOTS, NEWCOMER})
    assert len(set(PLAY.guests)) == len(PLAY.guests)


def test_a_bot_answers_by_what_was_asked_and_repeats_nothing_at_once():
    people = PLAY.people

    assert "blanket" not in people.answer("Where is my PARCEL?", 0)
    assert people.answer("Two parcels!", 0) == people.answer("parcel", 5)
    assert people.found("Qwertz") is None
    assert people.answer("Qwertz", 0) != people.answer("Qwertz", 1)


def test_a_bot_that_goes_by_one_word_of_many_says_so():
    people = PLAY.people
    parcels = people.found("Where is my parcel?")
    long = "Can I order your server to forget what my colleague and I said yesterday?"

    assert parcels is not None
    assert people.found(long) == f"{people.guessed.replace('{word}', 'order')}\n\n{parcels}"
    # The answer for more of them wins.
    assert people.found(f"{long} The parcel, I mean") == parcels
    assert people.found("Is the tea in the parcel of my order KL-20417?") == parcels


@pytest.mark.parametrize("text", ["Hi, does it keep what was said encrypted?", "Great idea, but"])
def test_who_greets_and_asks_is_not_only_greeted(text: str):
    assert PLAY.people.found("Hi!") is not None
    assert PLAY.people.found("Thanks a lot!") is not None
    assert PLAY.people.found(f"{text} how do I set it up myself?") is None


def test_a_bot_that_has_no_answer_says_that_it_is_a_bot():
    people = PLAY.people

    assert all("bot" in one for one in (*people.hello, *people.otherwise, people.guessed))
