"""The Correct menu."""

from __future__ import annotations

from poseapp.gui.tables.spec import ActionSpec

_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("visible", "&Visible", "&Correct", "correct.mark(visible)", ("V",), "eye", "keypoint"),
    _A("occluded", "&Occluded (behind something)", "&Correct", "correct.mark(occluded)", ("B",), "eye-off", "keypoint"),
    _A("absent", "&Absent (not in the picture)", "&Correct",
       "correct.mark(absent)", ("X", "Del"), "close", "keypoint", ends_group=True),
    _A("restore", "&Restore the prediction", "&Correct", "correct.restore", ("R",), "restore", "pose",
       hint="Of the chosen keypoint, or of the whole pose when none is chosen"),
    _A("propagate", "&Heal the frames around a correction", "&Correct", "edit.propagate", ("Shift+H",), "", "",
       checkable=True, hint="After a drag, neighbouring frames follow until the network is right again"),
    _A("copy_previous", "&Copy the pose of the frame before", "&Correct",
       "correct.copy_previous", ("C",), "", "clip", ends_group=True),
    _A("swap", "&Swap left and right here", "&Correct", "correct.swap_here", ("S",), "swap", "pose"),
    _A("swap_to_end", "Swap left and right from here to the &end", "&Correct", "correct.swap_to_end",
       ("Shift+S",), "", "pose"),
    _A("swap_legs", "Swap &legs from here to the end", "&Correct", "correct.swap_limbs(leg)", (), "", "pose"),
    _A("swap_arms", "Swap ar&ms from here to the end", "&Correct", "correct.swap_limbs(arm)", (), "", "pose"),
    _A("swap_persons", "Swap the two &persons from here to the end", "&Correct", "correct.swap_persons",
       ("P",), "", "pose", ends_group=True),
    _A("next_moment", "&Next suspicious moment", "&Correct", "review.step(1)", ("N",), "step-forward", "moments"),
    _A("previous_moment", "Previo&us suspicious moment", "&Correct", "review.step(-1)", ("Shift+N",), "step-back",
       "moments"),
    _A("accept_moment", "Accep&t the moment as it is", "&Correct", "review.accept", ("Return", "Enter"), "check",
       "moment", hint="Nothing is wrong here: take it off the list and go to the next"),
    _A("swap_back", "S&wap left and right back as suggested", "&Correct", "review.fix", ("W",), "swap", "swap moment",
       hint="Swap them over the whole range in which they look exchanged"),
    _A("suggest_frames", "Su&ggest frames for fine-tuning", "&Correct", "review.suggest", (), "", "pose",
       hint="Add frames to the review list that teach a network most", ends_group=True),
    *(
        _A(f"keypoint{i + 1}", f"Choose keypoint {i + 1}", "&Correct/Choose &keypoint", f"correct.choose({i})",
           (str((i + 1) % 10),), "", "clip")
        for i in range(10)
    ),
    _A("next_keypoint", "&Next keypoint", "&Correct/Choose &keypoint", "correct.cycle(1)", ("K",), "", "clip"),
    _A("previous_keypoint", "&Previous keypoint", "&Correct/Choose &keypoint", "correct.cycle(-1)",
       ("Shift+K",), "", "clip"),
)  # fmt: skip
