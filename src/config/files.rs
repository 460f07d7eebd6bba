//! The files of a config folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::layer::Layer;
use crate::domain::fault::{Fault, nearest};

/// What a config folder gave.
pub(super) struct Found {
    /// What could be read, in the order it is laid.
    pub(super) layers: Vec<Layer>,
    /// What could not be read.
    pub(super) faults: Vec<Fault>,
    /// Whether something could not be read: what seems missing may stand there.
    pub(super) torn: bool,
    /// The name of the file that holds what every environment shares.
    pub(super) base: String,
}

/// The newsletter's folder: the one that holds the config folder.
pub fn folder_of(config_dir: &Path) -> PathBuf {
    match (config_dir.file_name(), config_dir.parent()) {
        (Some(_), Some(parent)) if parent.as_os_str().is_empty() => PathBuf::from("."),
        (Some(_), Some(parent)) => parent.to_owned(),
        // `.` and `..` do not name what they are in.
        _ => config_dir.join(".."),
    }
}

/// Reads `default.toml` and, with a name, `NAME.toml`.
pub(super) fn read(config_dir: &Path, env: Option<&str>) -> Found {
    let shown = |file: &str| match config_dir.file_name() {
        Some(name) => format!("{}/{file}", name.to_string_lossy()),
        None => file.to_owned(),
    };
    let mut found = Found {
        layers: Vec::new(),
        faults: Vec::new(),
        torn: false,
        base: shown("default.toml"),
    };
    if !config_dir.is_dir() {
        found.torn = true;
        found.faults.push(no_folder(config_dir));
        return found;
    }
    let environment = env.map(|name| {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
        plain.then(|| format!("{name}.toml")).ok_or_else(|| {
            Fault::error(format!("`{name}` is no name of an environment"))
                .remedy("write the name of a file in the config folder without `.toml`, such as `--env production`")
        })
    });
    for file in [Ok("default.toml".to_owned())]
        .into_iter()
        .chain(environment)
    {
        let text = file.and_then(|file| {
            fs::read_to_string(config_dir.join(&file))
                .map(|text| (shown(&file), text))
                .map_err(|error| unreadable(config_dir, &file, &error).in_file(shown(&file)))
        });
        let (layer, faults) = match &text {
            // A byte-order mark is no part of the text (the Unicode Standard, §23.8).
            Ok((file, text)) => Layer::parse(file, text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(fault) => (None, vec![fault.clone()]),
        };
        found.torn |= !faults.is_empty();
        found.faults.extend(faults);
        found.layers.extend(layer);
    }
    found
}

fn no_folder(config_dir: &Path) -> Fault {
    let fault = Fault::error(format!(
        "there is no config folder `{}`",
        config_dir.display()
    ));
    if config_dir.is_file() {
        let folder = config_dir.parent().unwrap_or(Path::new("."));
        return fault.remedy(format!(
            "name the folder, not the file: `--config {}`; `--env NAME` picks `NAME.toml` in it",
            folder.display()
        ));
    }
    fault.remedy("run `overblik init DIR` to make a newsletter's folder, or name its config folder with `--config`")
}

fn unreadable(config_dir: &Path, file: &str, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound if file != "default.toml" => {
            let names = environments(config_dir);
            let name = file.trim_end_matches(".toml");
            let remedy = match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `--env {near}`?"),
                None => "make the file, or name another environment with `--env`".to_owned(),
            };
            Fault::error("there is no such file").remedy(remedy)
        }
        io::ErrorKind::NotFound => {
            let inner = config_dir.join("config");
            let remedy = if inner.join(file).is_file() {
                format!("did you mean `--config {}`?", inner.display())
            } else {
                "run `overblik init DIR` to make a newsletter's folder, or name its config folder with `--config`".to_owned()
            };
            Fault::error("there is no such file").remedy(remedy)
        }
        io::ErrorKind::InvalidData => {
            Fault::error("the file is not UTF-8").remedy("save it as UTF-8")
        }
        _ => Fault::error(format!("the file cannot be read: {error}"))
            .remedy("let the user who runs `overblik` read it"),
    }
}

/// The names of the environments there are files for.
fn environments(config_dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(config_dir) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|file| Some(file.strip_suffix(".toml")?.to_owned()))
        .filter(|name| name != "default")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newsletters_folder_holds_the_config_folder() {
        let check = |config: &str, folder: &str| {
            assert_eq!(folder_of(Path::new(config)), Path::new(folder), "{config}");
        };
        check("config", ".");
        check("avis/config/", "avis");
        check("/avis/config", "/avis");
        check(".", "./..");
        check("..", "../..");
    }
}
