//! What WebAssembly exports. The caller writes a request where [`ballast_request`] says, calls [`ballast_call`] or, in the small module,
//! [`ballast_call_of_a_vault`], and reads the answer where [`ballast_answer`] says, before the next request.
//!
//! No pointer is followed here: the caller, which owns the module's memory, is handed addresses of two buffers.
#![allow(unsafe_code, reason = "functions must keep their names to be exported")]

use std::cell::RefCell;

use crate::{answer, answer_of_a_vault};

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Room for a request of this many bytes.
// SAFETY of the attribute, here and below: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn ballast_request(bytes: usize) -> *mut u8 {
    REQUEST.with_borrow_mut(|request| {
        request.clear();
        request.resize(bytes, 0);
        request.as_mut_ptr()
    })
}

/// Answers the request, and tells how many bytes the answer has.
#[unsafe(no_mangle)]
pub extern "C" fn ballast_call() -> usize {
    keep(answer)
}

/// The same, for what the small module answers.
#[unsafe(no_mangle)]
pub extern "C" fn ballast_call_of_a_vault() -> usize {
    keep(answer_of_a_vault)
}

fn keep(answer: impl Fn(&[u8]) -> String) -> usize {
    let answered = REQUEST.with_borrow(|request| answer(request));
    ANSWER.with_borrow_mut(|answer| {
        *answer = answered;
        answer.len()
    })
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn ballast_answer() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}
