//! scratch
use std::collections::BTreeMap;
pub struct VolumeDraft { pub name: String, pub driver: Option<String>, pub labels: BTreeMap<String, String>, pub driver_options: BTreeMap<String, String>, pub confirm_risks: Vec<String> }
