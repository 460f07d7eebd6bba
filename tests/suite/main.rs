//! The stories: what the parts do together, told through the public doors.

mod once;
