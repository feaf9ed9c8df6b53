//! A container that is there: as a form, and as what has to be carried over
//! when it is made anew.

mod carry;
mod form;
mod keeps;
mod successor;

pub use successor::{COMPOSE_IMAGE, LocalImage, Predecessor};

use harbour_core::draft::CreateDraft;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Engine, EngineError};
use crate::db::{CreatePlanRecord, EngineRequest};
use crate::secrets::hex;

/// A container with its image, as the engine described both.
#[derive(Clone)]
pub struct Existing {
    /// The container (Engine API, `ContainerInspect`).
    raw: Value,
    /// Its image's configuration; null when the engine no longer has it.
    image: Value,
    /// `1.41`
    api_version: String,
}

impl Engine {
    /// Reads a container and its image.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn existing(&self, id: &str) -> Result<Existing, EngineError> {
        let raw = self.inspect_json(id).await?;
        let image = match raw["Image"].as_str() {
            Some(image) => match self.image_json(image).await {
                Ok(mut image) => image["Config"].take(),
                Err(EngineError::NotFound(_)) => Value::Null,
                Err(error) => return Err(error),
            },
            None => Value::Null,
        };
        let api_version = self.client()?.api_version.clone();
        Ok(Existing {
            raw,
            image,
            api_version,
        })
    }
}

impl Existing {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.raw["Id"].as_str().unwrap_or_default()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.raw["Name"].as_str().unwrap_or_default();
        name.trim_start_matches('/')
    }

    /// Id of the image it was made from.
    #[must_use]
    pub fn image_id(&self) -> &str {
        self.raw["Image"].as_str().unwrap_or_default()
    }

    /// Whether it runs, frozen or between two tries.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let state = &self.raw["State"];
        ["Running", "Paused", "Restarting"]
            .iter()
            .any(|word| state[word] == true)
    }

    /// Whether the engine removes it when it ends.
    #[must_use]
    pub fn removes_itself(&self) -> bool {
        self.raw["HostConfig"]["AutoRemove"] == true
    }

    /// Its settings as a form, without those of its image.
    #[must_use]
    pub fn draft(&self) -> CreateDraft {
        form::draft(&self.raw, &self.image)
    }

    /// Settings that the form does not show, in words.
    #[must_use]
    pub fn keeps(&self) -> Vec<(String, String)> {
        keeps::list(&self.raw, &self.image)
    }

    /// Names this state of the settings.
    #[must_use]
    pub fn revision(&self) -> String {
        let mut networks = self.raw["NetworkSettings"]["Networks"].clone();
        for endpoint in networks
            .as_object_mut()
            .into_iter()
            .flat_map(|map| map.values_mut())
        {
            // Only what is configured; the rest comes and goes with each start.
            *endpoint = json!([
                endpoint["Aliases"],
                endpoint["IPAMConfig"],
                endpoint["Links"],
                endpoint["DriverOpts"]
            ]);
        }
        let fields = ["Id", "Name", "Image", "Config", "HostConfig"];
        let settings: Vec<&Value> = fields.iter().map(|key| &self.raw[key]).collect();
        let text = json!([settings, networks]).to_string();
        hex(&Sha256::digest(text.as_bytes()))
    }

    /// What the engine is asked for to make it anew: `after`, planned as `plan`,
    /// over everything else it has. What is the same as `before` stays as the
    /// engine wrote it, in whatever way it was said.
    ///
    /// # Errors
    /// As [`super::request`].
    pub fn anew(
        &self,
        plan: &CreatePlanRecord,
        before: &CreateDraft,
        after: &CreateDraft,
    ) -> Result<EngineRequest, EngineError> {
        let request = super::request(plan)?;
        Ok(carry::over(
            self,
            plan,
            request,
            &carry::Drafts { before, after },
        ))
    }
}

/// Texts of a list; nothing for anything else.
fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(|text| Some(text.as_str()?.to_owned()))
        .collect()
}

/// A text that says something.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Pairs of a map of texts, by key.
fn pairs(value: &Value) -> Vec<(String, String)> {
    let map = value.as_object().into_iter().flatten();
    map.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())))
        .collect()
}

/// `80/tcp`: number and protocol, if it is one the form has.
fn port_key(key: &str) -> Option<(i64, &str)> {
    let (number, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
    let known = matches!(protocol, "tcp" | "udp");
    known.then_some((number.parse().ok()?, protocol))
}

#[cfg(test)]
mod tests;
