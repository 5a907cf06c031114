//! Signals that ask the program to end wait until a file is written: no second file is left behind.

use std::sync::{
    Arc, LazyLock, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag::{register_conditional_default, register_usize},
    low_level::emulate_default_handler,
};

/// What is known of signals, once a first file is written.
struct Signals {
    /// Nothing is being written, so that a signal may end the program at once.
    is_idle: Arc<AtomicBool>,
    /// The signal that has come last, or 0.
    pending: Arc<AtomicUsize>,
}

static SIGNALS: LazyLock<Mutex<Signals>> = LazyLock::new(|| {
    let (is_idle, pending) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        let number = usize::try_from(signal).unwrap_or_default();
        // Where a signal cannot be caught, it ends the program as ever.
        let _ = register_usize(signal, Arc::clone(&pending), number);
        let _ = register_conditional_default(signal, Arc::clone(&is_idle));
    }
    Mutex::new(Signals { is_idle, pending })
});

/// Does something that no such signal cuts short; it takes effect afterwards.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let signals = SIGNALS.lock().unwrap_or_else(PoisonError::into_inner);
    signals.is_idle.store(false, Ordering::SeqCst);
    let done = work();
    signals.is_idle.store(true, Ordering::SeqCst);
    if let Ok(signal @ 1..) = i32::try_from(signals.pending.load(Ordering::SeqCst)) {
        let _ = emulate_default_handler(signal);
    }
    done
}
