//! Pictures: fetched once, made fit, written before a letter leaves; one that cannot be had costs nothing but itself.

use std::{fs, io::Cursor};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{ImageFormat, Rgb, RgbImage};

use crate::{
    feeds::server::{Reply, Server},
    world::{World, names},
};

const DATE: &str = "2026-11-23";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x % 251) as u8, (y % 241) as u8, 120])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A newsletter of three articles, the newest with a picture there.
fn world(image: &str) -> World {
    let world = World::with(2, 1);
    illustrated(&world, "broen", image);
    world
}

fn illustrated(world: &World, name: &str, image: &str) {
    world.write(
        &format!("articles/{name}.md"),
        format!("+++\ntitle = \"Billedet af {name}\"\nlede = \"Kort.\"\ndate = 2026-11-22T12:00:00+01:00\npriority = 9\nkind = \"case\"\nimage = \"{image}\"\n+++\n\nTekst.\n"),
    );
}

/// Makes the issue to look at; its HTML part, and what was said.
fn html(world: &World) -> (String, String) {
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let html = fs::read_to_string(world.path(&format!("preview/{DATE}/all.html"))).unwrap();
    (html, said.err)
}

/// The addresses of the pictures in an HTML part, with what is said of their height.
fn pictures(html: &str) -> Vec<(String, String)> {
    html.split("<img ")
        .skip(1)
        .map(|tag| {
            let of = |name: &str| {
                let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
                rest.split_once('"').unwrap().0.to_owned()
            };
            (of("src"), of("height"))
        })
        .collect()
}

#[test]
fn a_picture_beside_its_article_is_scaled_named_by_its_hash_and_served_before_the_letters() {
    let make = || {
        let world = world("billeder/bro.png");
        world.write(
            "articles/billeder/bro.png",
            picture(1600, 800, ImageFormat::Png),
        );
        world
    };
    let world = make();
    let (html, _) = html(&world);
    let shown = pictures(&html);
    assert_eq!(shown.len(), 1, "{html}");
    let (address, height) = &shown[0];
    let name = address.strip_prefix("img/").unwrap();
    assert!(world.path(&format!("preview/{DATE}/img/{name}")).is_file());
    // 640 wide in a letter, of 1200 x 600.
    assert_eq!(height, "320");
    assert!(
        !world.path("public").exists(),
        "what is only looked at is not served"
    );
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(names(&world.path("public/img")), [name]);
    let served = fs::read(world.path(&format!("public/img/{name}"))).unwrap();
    let seen = image::load_from_memory(&served).unwrap();
    assert_eq!((seen.width(), seen.height()), (1200, 600));
    // Elsewhere and later it is the same picture under the same name.
    let other = make();
    assert_eq!(other.run(&["send", "--date", DATE]).code, 0);
    assert_eq!(
        fs::read(other.path(&format!("public/img/{name}"))).unwrap(),
        served
    );
}

#[test]
fn the_pictures_of_ads_and_publishers_are_files_and_served_like_the_articles() {
    let world = World::with(6, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let own = "\n[[publisher]]\nname = \"Ravnsø Kommune\"\nblurb = \"En kystkommune.\"\nlogo = \"billeder/ravn.png\"\n\
        [[ad]]\nid = \"bog\"\nadvertiser = \"Forlaget Kilden\"\ntitle = \"Godt sprog\"\nlink = \"https://kilden.example/\"\n\
        link_text = \"Se bogen hos Forlaget Kilden\"\nimage = \"billeder/bog.png\"\nimage_alt = \"En bog\"\n";
    world.write("config/default.toml", config + own);
    world.write(
        "articles/kyst.md",
        "+++\ntitle = \"Kysten holder\"\nlede = \"Kort.\"\ndate = 2026-11-22T12:00:00+01:00\nkind = \"case\"\npublishers = [\"Ravnsø Kommune\"]\n+++\n\nTekst.\n",
    );
    world.write("billeder/bog.png", picture(300, 450, ImageFormat::Png));
    let (html, said) = html(&world);
    assert_eq!(pictures(&html).len(), 1, "{html}");
    assert!(
        said.contains("publisher[0].logo") && said.contains("billeder/ravn.png"),
        "{said}"
    );
    world.write("billeder/ravn.png", picture(400, 200, ImageFormat::Png));
    let shown = pictures(&self::html(&world).0);
    assert_eq!(shown.len(), 2);
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    let mut served: Vec<String> = shown
        .iter()
        .map(|(address, _)| address.rsplit_once('/').unwrap().1.to_owned())
        .collect();
    served.sort();
    assert_eq!(names(&world.path("public/img")), served);
}

#[test]
fn a_picture_on_the_web_is_fetched_once_for_all_runs() {
    let server = Server::start();
    server.tell(
        "/bro.jpg",
        [Reply::ok(picture(800, 600, ImageFormat::Jpeg))],
    );
    let world = world(&server.url("/bro.jpg"));
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace(
            "path = \"articles\"\n",
            "path = \"articles\"\nallow_private = true\n",
        ),
    );
    assert_eq!(world.run(&["collect"]).code, 0);
    assert_eq!(world.run(&["collect"]).code, 0);
    assert_eq!(pictures(&html(&world).0)[0].1, "480");
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(names(&world.path("public/img")).len(), 1);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_no_picture_costs_its_article_only_the_picture() {
    let server = Server::start();
    server.tell("/side.jpg", [Reply::ok("<html>Log ind</html>")]);
    server.tell("/vaek.jpg", [Reply::status("404 Not Found")]);
    let world = world(&server.url("/side.jpg"));
    illustrated(&world, "vejen", &server.url("/vaek.jpg"));
    illustrated(&world, "prikken", "prik.gif");
    illustrated(&world, "udenfor", "../../../etc/passwd.png");
    world.write("articles/prik.gif", picture(1, 1, ImageFormat::Gif));
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace(
            "path = \"articles\"\n",
            "path = \"articles\"\nallow_private = true\n",
        ),
    );
    let (html, said) = html(&world);
    assert_eq!(pictures(&html), []);
    assert!(html.contains("Billedet af"), "{html}");
    for expected in [
        "articles/broen.md: `image`: goes without its picture, which is no JPEG, PNG, WebP or GIF",
        "articles/vejen.md: `image`: goes without its picture, which answered 404 (Not Found)",
        "articles/prikken.md: `image`: goes without its picture, which is 1 x 1 pixels, too small to be shown",
        "articles/udenfor.md: `image`: goes without its picture, which is not there",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    // Asked a moment ago, they are not asked again.
    self::html(&world);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_picture_beside_a_feed_that_names_no_address_is_shown_and_one_that_is_not_there_is_named() {
    let world = World::with(2, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let source = "\n[[source]]\nname = \"havn\"\nkind = \"feed\"\npath = \"feeds/nyt.rss\"\npublisher = \"Nordby Havn\"\n";
    world.write("config/default.toml", config + source + "remote = true\n");
    let item = |name: &str, place: &str| {
        format!(
            "<item><title>Havnen og {name}</title><guid>{name}</guid><pubDate>Sun, 22 Nov 2026 12:00:00 +0100</pubDate>\
             <description>&lt;p>Molen er færdig.&lt;/p>&lt;img src=\"{place}\"></description></item>"
        )
    };
    let items = [
        item("broen", "billeder/broen ved åen.png"),
        item("vejen", "//cdn.example/vejen.png"),
        item("byen", "../../../../etc/passwd"),
    ];
    world.write(
        "feeds/nyt.rss",
        format!("<rss><channel>{}</channel></rss>", items.concat()),
    );
    world.write(
        "feeds/billeder/broen ved åen.png",
        picture(300, 200, ImageFormat::Png),
    );
    let (html, said) = html(&world);
    let shown = pictures(&html);
    assert_eq!(shown.len(), 1, "{html}\n{said}");
    assert!(shown[0].0.starts_with("img/"), "{shown:?}");
    assert!(html.contains("Havnen og vejen"), "{html}");
    assert!(
        said.contains("feeds/nyt.rss: `image`: goes without its picture, which is not there: `//cdn.example/vejen.png`"),
        "{said}"
    );
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(names(&world.path("public/img")).len(), 1);
}

#[test]
fn a_feed_from_the_web_names_no_file_of_the_newsletter() {
    let server = Server::start();
    let item = |name: &str, base: &str| {
        format!(
            "<item{base}><title>Havnen og {name}</title><guid>{name}</guid><pubDate>Sun, 22 Nov 2026 12:00:00 +0100</pubDate>\
             <description>Molen er f&#230;rdig.</description>\
             <media:content{base} medium=\"image\" url=\"articles/hemmelig.png\"/>\
             <enclosure url=\"articles/hemmelig.png\" type=\"image/png\" length=\"1\"/></item>"
        )
    };
    let items = item("broen", " xml:base=\"http://[\"") + &item("byen", "");
    for (name, base) in [("/a.rss", ""), ("/b.rss", " xml:base=\"http://[\"")] {
        let feed = format!(
            "<rss xmlns:media=\"http://search.yahoo.com/mrss/\"{base}><channel{base}>{items}</channel></rss>"
        );
        server.tell(name, [Reply::ok(feed)]);
    }
    let world = World::with(2, 1);
    let mut config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    for (name, remote) in [("a", "false"), ("b", "true")] {
        let url = server.url(&format!("/{name}.rss"));
        config.push_str(&format!(
            "\n[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"{url}\"\npublisher = \"Nordby Havn\"\n\
             allow_private = true\nremote = {remote}\n"
        ));
    }
    world.write("config/default.toml", config);
    world.write("articles/hemmelig.png", picture(300, 200, ImageFormat::Png));
    let (html, said) = html(&world);
    assert!(html.contains("Havnen og b"), "{html}\n{said}");
    assert!(
        pictures(&html)
            .iter()
            .all(|(url, _)| !url.starts_with("img/")),
        "{html}"
    );
    assert_eq!(world.run(&["send", "--date", DATE]).code, 0);
    assert!(!world.path("public/img").exists());
}

#[test]
fn a_file_outside_of_the_newsletter_is_nobodys_picture() {
    let world = world("hemmelig.png");
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("hemmelig.png");
    fs::write(&secret, picture(90, 90, ImageFormat::Png)).unwrap();
    std::os::unix::fs::symlink(&secret, world.path("articles/hemmelig.png")).unwrap();
    let (html, said) = html(&world);
    assert_eq!(pictures(&html), []);
    assert!(
        said.contains("lies outside of the newsletter's folder"),
        "{said}"
    );
}

#[test]
fn a_source_may_link_its_pictures_where_they_lie_and_it_is_said() {
    let world = world("https://andre.example/bro.jpg");
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace(
            "path = \"articles\"\n",
            "path = \"articles\"\nremote = true\n",
        ),
    );
    assert_eq!(
        pictures(&html(&world).0)[0].0,
        "https://andre.example/bro.jpg"
    );
    let said = world.run(&["check"]).err;
    assert!(
        said.contains("the pictures of `artikler` are linked where they lie"),
        "{said}"
    );
    assert_eq!(world.run(&["send", "--date", DATE]).code, 0);
    assert!(!world.path("public").exists());
}

#[test]
fn whoever_looks_at_an_issue_sees_its_pictures_without_the_web() {
    let world = world("bro.png");
    world.write("articles/bro.png", picture(300, 200, ImageFormat::Png));
    let looked_at = |world: &World| {
        let (html, _) = html(world);
        let place = pictures(&html)[0].0.clone();
        let bytes = fs::read(world.path(&format!("preview/{DATE}/{place}"))).unwrap();
        let page = fs::read_to_string(world.path(&format!("preview/{DATE}/index.html"))).unwrap();
        let inline = format!("data:image/jpeg;base64,{}", STANDARD.encode(&bytes));
        assert_eq!(
            page.matches(&inline).count(),
            1,
            "once, whatever letters show it"
        );
        let mail = fs::read_to_string(world.path(&format!("preview/{DATE}/all.eml"))).unwrap();
        let unfolded = mail.replace("=\r\n", "");
        assert!(
            unfolded.contains("https://bladet.example/img/"),
            "the mail is as it leaves"
        );
        (place, bytes)
    };
    let before = looked_at(&world);
    assert_eq!(world.run(&["send", "--date", DATE]).code, 0);
    assert_eq!(looked_at(&world), before, "and so does a frozen issue");
    // What is served is there when the cache was thrown away and the picture is gone.
    fs::remove_file(world.path("articles/bro.png")).unwrap();
    fs::remove_dir_all(world.path("cache")).unwrap();
    assert_eq!(looked_at(&world), before);
    // What lies nowhere here keeps its address.
    fs::remove_dir_all(world.path("public")).unwrap();
    let address = pictures(&html(&world).0)[0].0.clone();
    assert!(
        address.starts_with("https://bladet.example/img/"),
        "{address}"
    );
}
