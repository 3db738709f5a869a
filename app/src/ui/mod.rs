//! The design system's components. Each is the markup that the sheets in `style/` dress; states are the attributes
//! that also tell assistive technology. `/design` shows all of them.

pub mod badge;
pub mod button;
pub mod card;
pub mod chart;
pub mod choice;
pub mod code;
pub mod countdown;
pub mod dialog;
pub mod field;
pub mod file;
pub mod icon;
pub mod message;
pub mod nav;
pub mod person;
pub mod progress;
pub mod quota;
pub mod rank;
pub mod table;
pub mod time;
pub mod toast;

pub use badge::{Badge, BadgeState, Dday, Live, StateBadge, Tone, application_word};
pub use button::{Button, LinkButton, Look, Size};
pub use card::{Band, Card, Fact, Facts, PageHead, Section, Tile, Tiles};
pub use chart::{Bar, BarChart, ScoreChart, ScoreSeries, Spark};
pub use choice::{Checkbox, Choices, Radio, Search, Switch};
pub use code::Code;
pub use countdown::Countdown;
pub use dialog::{Dialog, DialogCloser, DialogOpener, Menu};
pub use field::{Field, Select, TextArea, TextField};
pub use file::{Check, Checks, DropZone, FileCard, FileState};
pub use icon::{Glyph, Icon};
pub use message::{Alert, Empty, Message, SkeletonCard};
pub use nav::{Breadcrumb, Pagination, Segment, Segmented, SideGroup, SideLink, SideNav, Tab, Tabs};
pub use person::{Avatar, Avatars, Cover};
pub use progress::{ProgressBar, Step, StepState, Stepper};
pub use quota::{Quota, quota_sentence};
pub use rank::{Place, Rank, RankChange};
pub use table::{EmptyRow, NoValue, SkeletonRows, SortHead, Sorted, Table};
pub use time::{Ago, Time, TimeForm};
pub use toast::Toast;
