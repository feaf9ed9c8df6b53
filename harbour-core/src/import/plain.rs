//! A Compose project without anything around it.

use super::compose::{Project, env_lines, read};
use super::finish::{About, finish};
use super::report::{Converted, Reason, Refusal};
use super::vars::plain_param;
use super::{Source, missing, names};
use crate::yaml::Node;

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let addon = source.find(&["config.yaml", "config.yml"]);
    let file = source
        .compose_file()
        .or(addon)
        .ok_or_else(|| missing("Compose file"))?;
    let root = read(file)?;
    if root.get("services").is_none() && root.get("slug").is_some() && root.get("arch").is_some() {
        return Err(Refusal::new(
            Reason::ForeignPlatform,
            "an add-on of Home Assistant reads its settings from that platform's supervisor",
        ));
    }
    let given = root.get("name").and_then(Node::as_str);
    let name = given.unwrap_or(source.name).to_owned();
    let mut project = Project::new(&root, source.files, &names::slug(&name));
    if let Some(env) = source.find(&[".env", "stack.env"]) {
        let text = String::from_utf8_lossy(env.bytes).into_owned();
        for (name, value) in env_lines(&text) {
            let default = project.vars.template(&value, &name);
            let param = plain_param(&name, Some(default));
            project.vars.bind_param(&name, param);
        }
    }
    let services = project.convert()?;
    let about = About {
        name: Some(name).filter(|_| given.is_some()),
        ..About::default()
    };
    finish(project, services, about)
}
