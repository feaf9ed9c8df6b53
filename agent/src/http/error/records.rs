//! Errors of networks, volumes, icons, settings and the store as HTTP answers.

use axum::http::StatusCode;

use super::{ApiError, sentence};
use crate::flows::store::StoreError;
use crate::flows::{NetworkError, SetIconError, SettingsError, VolumeError};
use crate::icons::{IconError, PictureError};

impl From<NetworkError> for ApiError {
    fn from(error: NetworkError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            NetworkError::Invalid(problems) => Self::invalid(&problems, text),
            NetworkError::Unknown(_) => Self::new(StatusCode::NOT_FOUND, "network_not_found", text),
            NetworkError::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, "name_taken", text).on("name")
            }
            NetworkError::BuiltIn(_) => Self::new(StatusCode::CONFLICT, "network_built_in", text),
            NetworkError::InUse { .. } => Self::new(StatusCode::CONFLICT, "network_in_use", text),
            NetworkError::Busy(busy) => busy.into(),
            NetworkError::Engine(error) => error.into(),
        }
    }
}

impl From<VolumeError> for ApiError {
    fn from(error: VolumeError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            VolumeError::Invalid(problems) => Self::invalid(&problems, text),
            VolumeError::Unknown(_) => Self::new(StatusCode::NOT_FOUND, "volume_not_found", text),
            VolumeError::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, "name_taken", text).on("name")
            }
            VolumeError::InUse { .. } => Self::new(StatusCode::CONFLICT, "volume_in_use", text),
            VolumeError::Busy(busy) => busy.into(),
            VolumeError::Engine(error) => error.into(),
        }
    }
}

impl From<SetIconError> for ApiError {
    fn from(error: SetIconError) -> Self {
        match error {
            SetIconError::Find(error) => error.into(),
            SetIconError::Icon(error) => error.into(),
        }
    }
}

impl From<IconError> for ApiError {
    fn from(error: IconError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            IconError::Picture(PictureError::Format | PictureError::Svg) => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_picture", text)
            }
            IconError::Picture(PictureError::TooLarge | PictureError::Damaged) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_picture", text)
            }
            IconError::Word => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("builtin")
            }
            IconError::Unknown => Self::new(StatusCode::NOT_FOUND, "icon_not_found", text),
            IconError::Full => Self::new(StatusCode::CONFLICT, "icons_full", text),
            IconError::Busy => Self {
                retry_after: Some(2),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", text)
            },
            IconError::Interrupted | IconError::Db(_) => Self::internal(&error),
        }
    }
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Invalid(ref problems) => {
                Self::invalid(problems, sentence(&error.to_string()))
            }
            SettingsError::Db(_) | SettingsError::Interrupted => Self::internal(&error),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            StoreError::UnknownStore(_) => {
                Self::new(StatusCode::NOT_FOUND, "store_not_found", text)
            }
            StoreError::UnknownApp(_) => Self::new(StatusCode::NOT_FOUND, "app_not_found", text),
            StoreError::NoIcon(_) => Self::new(StatusCode::NOT_FOUND, "icon_not_found", text),
            StoreError::UnknownInstall(_) => {
                Self::new(StatusCode::NOT_FOUND, "install_not_found", text)
            }
            StoreError::Invalid { field, .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on(field)
            }
            StoreError::Problems(problems) => Self::invalid(&problems, text),
            StoreError::Known(_) => Self::new(StatusCode::CONFLICT, "store_known", text),
            StoreError::Source(_) => Self::new(StatusCode::BAD_GATEWAY, "store_unreachable", text),
            StoreError::Stale(_) => Self::new(StatusCode::CONFLICT, "store_stale", text),
            StoreError::Changed(_) => Self::new(StatusCode::CONFLICT, "changed", text),
            StoreError::State(_) => Self::new(StatusCode::CONFLICT, "not_now", text),
            StoreError::Busy(busy) => busy.into(),
            StoreError::Start(error) => error.into(),
            StoreError::Engine(error) => error.into(),
            StoreError::Query(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text),
            StoreError::Db(_) => Self::internal(&error),
        }
    }
}
