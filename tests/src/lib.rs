//! The Ballast program on the real SVM: a LiteSVM world and the tests that run in it
