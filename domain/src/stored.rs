//! How words are stored: as text.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

use crate::Locale;
use crate::access::Role;
use crate::boards::{BoardKind, Reaction};
use crate::cases::{CaseEntryKind, CaseOutcome, CaseState};
use crate::jobs::JobKind;
use crate::live::LiveState;
use crate::participation::ParticipationState;
use crate::submissions::{Door, Status};
use crate::teams::TeamEnd;

macro_rules! words {
    ($($word:ty: $text:ident),+ $(,)?) => {$(
        impl<DB: Database> Type<DB> for $word
        where
            str: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                str::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                str::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $word
        where
            &'static str: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.$text().encode_by_ref(buffer)
            }
        }
    )+};
}

words! {
    Status: key,
    Door: key,
    Role: key,
    JobKind: key,
    ParticipationState: key,
    CaseState: key,
    CaseOutcome: key,
    CaseEntryKind: key,
    LiveState: key,
    TeamEnd: key,
    BoardKind: key,
    Reaction: key,
    Locale: tag,
}

impl<'r, DB: Database> Decode<'r, DB> for Status
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <&str>::decode(value).map(Self::from_key)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for TeamEnd
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <&str>::decode(value).map(Self::from_key)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Role
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no role is called {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for JobKind
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("there is no kind of job {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for ParticipationState
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no application is {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for CaseState
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no case is {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for CaseOutcome
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no case ends as {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for CaseEntryKind
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no entry of a case is {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for BoardKind
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no board is called {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Reaction
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no reaction is called {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for LiveState
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let key = <&str>::decode(value)?;
        Self::from_key(key).ok_or_else(|| format!("no live question is {key:?}").into())
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Locale
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::from_tag(<&str>::decode(value)?).unwrap_or_default())
    }
}
