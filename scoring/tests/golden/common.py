"""What the golden scripts share: numbers that Rust makes alike, and the file of expected scores.

Inputs of any size are made from a seed on both sides (SplitMix64, see tests/common/mod.rs), so that a case is a line here
and not a file of 100,000 rows. Small nasty inputs stand in the JSON as they are.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def uniform(seed: int, count: int) -> np.ndarray:
    """`count` numbers in [0, 1): the top 53 bits of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def write(family: str, cases: list[dict], versions: dict[str, str]) -> None:
    """Writes FAMILY.json: the versions of the references and a case a line, scores with all their digits."""
    lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in cases)
    head = json.dumps(versions)
    (HERE / f"{family}.json").write_text(f'{{\n  "versions": {head},\n  "cases": [\n{lines}\n  ]\n}}\n')
    print(f"{family}.json: {len(cases)} cases")
