#include "app/signing_key.h"

#include <CLI/CLI.hpp>

#include "app/secret_input.h"
#include "identity/key_file.h"

namespace accubooks::app {

void add_signing_key(CLI::App& command, SigningKeyOptions& options) {
    command.add_option("--key", options.key, "your key, as accubooks key create made it")
        ->required();
    command.add_option(
        "--passphrase-file",
        options.passphrase_file,
        "file with the key's passphrase, - for standard input (default: prompt or standard input)"
    );
}

base::Result<base::SigningKey> open_signing_key(const SigningKeyOptions& options) {
    AB_TRY(file, identity::KeyFile::read(options.key));
    AB_TRY(passphrase, read_secret("Passphrase", options.passphrase_file));
    auto key = file.open(passphrase);
    base::wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
    return key;
}

}  // namespace accubooks::app
