//! `synth`: seeded generator of bank days: the logs and the truth about them.
