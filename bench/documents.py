"""Documents to be read: a stowage plan with as many boxes as the largest real one has, and the real files where they are given."""

import os
from collections.abc import Callable
from pathlib import Path

from bench.measuring import Wrong, timed
from cargo.documents.document import physical_boxes, read_document, totals_of

BOXES = 642
SAMPLES = "PORTCRM_SAMPLES"  # names the folder of sample files, as for the tests
SAMPLE_FOLDERS, SAMPLE_FILES = ("edifact", "cn_platform"), 61
REAL_PLAN = "baplie_d95b_smdg22_delmonterose.edi"


def stowage_plan(boxes: int) -> bytes:
    """A BAPLIE of so many boxes with right counts; container numbers have no right check digit, as hand-made ones."""
    segments = [
        "UNH+1+BAPLIE:D:95B:UN:SMDG22",
        "BGM++BENCH1+9",
        "DTM+137:2611270800:201",
        "TDT+20+001E+++COS:172:20+++BENCH:103:ZZZ:BENCH STAR",
        "LOC+5+CNTAO:139:6",
        "LOC+61+SGSIN:139:6",
    ]
    for number in range(boxes):
        segments += [
            f"LOC+147+{number:07d}::5",
            "FTX+AAY++SM1+20261127080000::TERMINAL",
            "FTX+AAA+++GENERAL CARGO IN CARTONS",
            f"MEA+VGM++KGM:{20_000 + number}.0",
            f"MEA+WT++KGM:{20_000 + number}.0",
            "LOC+9+CNTAO:139:6",
            "LOC+11+SGSIN:139:6",
            "LOC+83+SGSIN:139:6",
            f"RFF+BN:BENCH{number:06d}",
            f"EQD+CN+BNCU{number:07d}+45R1++2+5",
            "NAD+CA+COS:172:20",
        ]
    envelope = ["UNB+UNOA:2+BENCH+PORT+261127:0800+1", *segments, f"UNT+{len(segments) + 1}+1", "UNZ+1+1"]
    return "".join(f"{segment}'\n" for segment in envelope).encode()


def measure_samples(*, say: Callable[[str], None]) -> None:
    """All sample files one after another, from bytes to facts in this process, and the largest real plan by itself."""
    given = os.environ.get(SAMPLES, "")
    if not given:
        say(f"documents_samples\tleft_out {SAMPLES} is not set to the folder of sample files")
        return
    files = [path for folder in SAMPLE_FOLDERS for path in sorted((Path(given) / folder).iterdir()) if path.is_file()]
    contents = {path.name: path.read_bytes() for path in files}
    if len(files) != SAMPLE_FILES or REAL_PLAN not in contents:
        raise Wrong(f"documents_samples: {len(files)} of {SAMPLE_FILES} files in {given}")
    seconds, documents = timed(lambda: [read_document(content) for content in contents.values()])
    plan_seconds, plan = timed(lambda: totals_of(physical_boxes(read_document(contents[REAL_PLAN]).messages[0])))
    if plan.boxes != BOXES or not all(document.messages for document in documents):
        raise Wrong(f"documents_samples: {plan.boxes} of {BOXES} boxes in {REAL_PLAN}")
    read = f"seconds {seconds:.2f}\tfiles {len(files)}\tbytes {sum(map(len, contents.values()))}"
    say(f"documents_samples\t{read}\tplan_seconds {plan_seconds:.2f}\tplan_bytes {len(contents[REAL_PLAN])}\tplan_boxes {plan.boxes}")
