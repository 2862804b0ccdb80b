//! Parses the command line and calls the house.

fn main() -> std::process::ExitCode {
    custodian::cli::run()
}
