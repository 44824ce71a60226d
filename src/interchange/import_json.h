#pragma once

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "base/json_writer.h"
#include "interchange/file_import.h"
#include "interchange/import_batch.h"
#include "interchange/mapping_store.h"

namespace accubooks::interchange {

/// What a body says of a file. A mapping may be named instead of told: then `mapping_name` becomes
/// its name, and the file has none yet. Errors: `import.bad_file`, `import.bad_mapping`.
base::Result<SentFile> sent_file_of(const boost::json::value& body, std::string& mapping_name);

/// A name and pairs; who saved it, and when, is the caller's to say. Errors: as above.
base::Result<SavedMapping> mapping_of(const boost::json::value& body);

void write_report(base::JsonWriter& json, const FileReport& report);
void write_batch(base::JsonWriter& json, const ImportBatch& batch);
void write_mapping(base::JsonWriter& json, const SavedMapping& saved);

}  // namespace accubooks::interchange
