//! Answers in their three forms: as sent, as decided on, as kept.

use harbour_core::install::{Answers, DeviceAnswer, PortAnswer, VolumeAnswer};
use harbour_core::manifest::{Manifest, ParamKind};

use crate::db::AnswersRecord;
use crate::views::store as views;

/// As sent, to decide on.
pub(super) fn of_view(view: &views::Answers) -> Answers {
    Answers {
        name: view.name.clone(),
        preset: view.preset.clone(),
        params: view.params.clone(),
        ports: view
            .ports
            .iter()
            .map(|(id, answer)| {
                let answer = PortAnswer {
                    off: answer.off,
                    host: answer.host,
                    host_ip: answer.host_ip.clone(),
                };
                (id.clone(), answer)
            })
            .collect(),
        volumes: view
            .volumes
            .iter()
            .map(|(id, answer)| {
                let answer = VolumeAnswer {
                    off: answer.off,
                    source: answer.source.clone(),
                };
                (id.clone(), answer)
            })
            .collect(),
        devices: view
            .devices
            .iter()
            .map(|(id, answer)| {
                let answer = DeviceAnswer {
                    off: answer.off,
                    host: answer.host.clone(),
                };
                (id.clone(), answer)
            })
            .collect(),
    }
}

/// As decided on, to keep.
pub(super) fn to_record(answers: &Answers) -> AnswersRecord {
    AnswersRecord {
        preset: answers.preset.clone(),
        params: answers.params.clone(),
        ports: answers
            .ports
            .iter()
            .map(|(id, a)| (id.clone(), (a.off, a.host, a.host_ip.clone())))
            .collect(),
        volumes: answers
            .volumes
            .iter()
            .map(|(id, a)| (id.clone(), (a.off, a.source.clone())))
            .collect(),
        devices: answers
            .devices
            .iter()
            .map(|(id, a)| (id.clone(), (a.off, a.host.clone())))
            .collect(),
    }
}

/// As kept, to be shown again: without secrets.
pub(super) fn to_view(record: &AnswersRecord, manifest: &Manifest) -> views::Answers {
    let is_secret = |key: &String| {
        // What the manifest does not know any more may have been one.
        manifest
            .param(key)
            .is_none_or(|param| param.kind == ParamKind::Secret)
    };
    views::Answers {
        name: None,
        preset: record.preset.clone(),
        params: record
            .params
            .iter()
            .filter(|(key, _)| !is_secret(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        ports: record
            .ports
            .iter()
            .map(|(id, (off, host, host_ip))| {
                let answer = views::PortChoice {
                    off: *off,
                    host: *host,
                    host_ip: host_ip.clone(),
                };
                (id.clone(), answer)
            })
            .collect(),
        volumes: record
            .volumes
            .iter()
            .map(|(id, (off, source))| {
                (
                    id.clone(),
                    views::VolumeAnswer {
                        off: *off,
                        source: source.clone(),
                    },
                )
            })
            .collect(),
        devices: record
            .devices
            .iter()
            .map(|(id, (off, host))| {
                (
                    id.clone(),
                    views::DeviceAnswer {
                        off: *off,
                        host: host.clone(),
                    },
                )
            })
            .collect(),
    }
}

/// Adds what is kept and was not answered anew: secrets, and what was made up.
pub(super) fn with_kept(answers: &mut Answers, kept: &AnswersRecord, manifest: &Manifest) {
    for (key, value) in &kept.params {
        let param = manifest.param(key);
        let keeps = param.is_some_and(|p| p.kind == ParamKind::Secret || p.generate.is_some());
        // An empty field of a secret means that nobody touched it.
        let untouched = answers.params.get(key).is_none_or(String::is_empty);
        if keeps && untouched {
            answers.params.insert(key.clone(), value.clone());
        }
    }
}
