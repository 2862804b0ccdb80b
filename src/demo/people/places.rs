//! Streets and towns of a valley that is on no map.

use super::super::dice::Dice;
use super::Address;

/// Town and its five-digit code; the bigger ones first.
const TOWNS: &[(&str, &str)] = &[
    ("Lakemere", "44907"),
    ("Tamarack Falls", "44911"),
    ("Millbrook Junction", "44912"),
    ("Saint Brannoc", "44915"),
    ("Orrin Heights", "44917"),
    ("Pellow Creek", "44919"),
    ("Harrowgate", "44921"),
    ("Quarry Bend", "44926"),
    ("New Delphi", "44928"),
    ("Wexley", "44929"),
    ("Larkspur", "44931"),
    ("Upper Dunmore", "44936"),
    ("Three Sisters", "44939"),
    ("Cinder Hill", "44941"),
];

const STREETS: &[&str] = &[
    "Main",
    "Maple",
    "Oak",
    "Church",
    "Mill",
    "Lakeshore",
    "Tamarack",
    "Cedar",
    "Elm",
    "Washington",
    "Foundry",
    "Railroad",
    "Sycamore",
    "Orchard",
    "Prospect",
    "Quarry",
    "Ridge",
    "Harbor",
    "Juniper",
    "Willow",
    "Chestnut",
    "Spruce",
    "Meadow",
    "Bellwether",
    "Founders",
    "Kestrel",
    "Old Ferry",
    "Granary",
    "Lantern",
    "Winding Brook",
    "Saltbox",
    "Copperfield",
    "Hawthorne",
    "Birchwood",
    "Fox Hollow",
    "Stonewall",
    "Gristmill",
    "Pioneer",
    "Cranberry",
    "Whippoorwill",
];

const KINDS: &[&str] = &["Street", "Avenue", "Road", "Lane", "Drive", "Court", "Way", "Place"];

/// A home address.
pub fn address(dice: &mut Dice) -> Address {
    let (town, code) = dice.skewed(TOWNS);
    let number = dice.between(1, 2400);
    let mut lines = format!("{number} {} {}", dice.pick(STREETS), dice.skewed(KINDS));
    if dice.chance(28) {
        lines.push_str(&match dice.below(3) {
            0 => format!("\nApt {}", dice.between(1, 48)),
            1 => format!("\nUnit {}{}", dice.between(1, 20), dice.pick(&['A', 'B', 'C', 'D'])),
            _ => format!("\n# {}", dice.between(100, 420)),
        });
    }
    Address { usage: "home", lines, city: (*town).into(), postal_code: (*code).into(), ended_on: None }
}
