"""Recording a voice beside the words, with a warning first."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.people import Survivor

TOLD = "What he shouted through the door."
PLAY = """one => new Promise((done, failed) => {
    one.onplaying = () => done(one.readyState);
    one.onerror = () => failed(one.error.message);
    one.play().catch(failed);
})"""


def test_a_voice_is_recorded_kept_and_played(nad: Survivor) -> None:
    nad.tell(TOLD)
    nad.record_voice(2)
    nad.sees("Not sent yet")
    nad.press("Save")
    nad.sees("Saved at")
    nad.read(TOLD)
    sound = nad.show("Sound").locator("audio")
    expect(sound).to_be_visible()
    assert sound.evaluate(PLAY) >= 2
    nad.about(nad.tile("Sound").first)
    nad.sees("Recorded here", "audio/webm")


def test_what_is_not_wanted_is_not_kept(nad: Survivor) -> None:
    nad.tell(TOLD)
    nad.press("Voice")
    nad.press("Start recording")
    nad.press("Do not record")
    nad.does_not_see("Not sent yet")
    nad.press("Save")
    nad.sees("Saved at")


def test_without_a_microphone_it_says_so(nad: Survivor) -> None:
    nad.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error()); }"
    )
    nad.press("Voice")
    nad.press("Start recording")
    nad.sees("This phone did not allow recording.")
