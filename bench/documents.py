"""A stowage plan to be read: as many boxes as the largest real one has, each with goods, weights, places and a carrier."""

BOXES = 642


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
