//! What earlier issues printed can be read again, whatever has become of their sources.

use std::fs;

use serde_json::Value;

use crate::world::World;

fn write(world: &World, name: &str, title: &str, lede: &str, day: u32) {
    world.write(
        &format!("articles/{name}.md"),
        format!(
            "+++\ntitle = \"{title}\"\nlede = \"{lede}\"\ndate = 2026-11-{day}\nkind = \"news\"\nlink = \"https://avis.example/{name}\"\n+++\n\nTekst.\n"
        ),
    );
}

#[test]
fn what_to_read_besides_is_found_among_pieces_that_no_source_has_any_more() {
    let world = World::with(0, 1);
    write(
        &world,
        "oeboerne",
        "Øboerne vil have en færge mere",
        "Værftet har travlt, siger skipperen.",
        22,
    );
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    fs::remove_file(world.path("articles/oeboerne.md")).unwrap();
    for (name, title, lede) in [
        (
            "faergen",
            "Færgen sejler igen",
            "Skruen på færgen er repareret på værftet.",
        ),
        (
            "skolen",
            "Skolen har fået en ny gård",
            "Eleverne har gravet den selv.",
        ),
        (
            "plejehjemmet",
            "Plejehjemmet serverer morgenmad",
            "Beboerne står op, når de vil.",
        ),
        (
            "budgettet",
            "Budgettet er vedtaget",
            "Ingen ville stemme imod.",
        ),
    ] {
        write(&world, name, title, lede, 23);
    }
    let looked = world.run(&["preview", "--date", "2026-11-24"]);
    assert_eq!(looked.code, 0, "{}", looked.err);
    let record = fs::read_to_string(world.path("preview/2026-11-24/issue.json")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    let items = record["items"].as_array().unwrap();
    let ferry = items.iter().find(|item| item["id"] == "artikler/faergen");
    let related = &ferry.unwrap()["related"];
    assert_eq!(related[0]["id"], "artikler/oeboerne", "{related}");
    assert_eq!(related[0]["link"], "https://avis.example/oeboerne");
    assert_eq!(related[0]["issue"]["date"], "2026-11-23", "{related}");
}
