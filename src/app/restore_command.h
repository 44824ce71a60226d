#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks backup restore`: makes the private cluster what it was at a moment. The books are
/// verified and given a new epoch before anybody can use them; whatever fails on the way leaves the
/// cluster as it was. Refused while any program uses the data folder.
int restore_books(const BackupOptions& options);

}  // namespace accubooks::app
