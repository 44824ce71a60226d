#include "pg/internal/session_state.h"

#include <gtest/gtest.h>

#include "pg/schema.h"

namespace accubooks::pg {
namespace {

TEST(SessionState, IsJudgedByTheStatement) {
    using enum Leaves;
    struct Case {
        std::string_view sql;
        Leaves leaves;
    };
    const Case cases[] = {
        {"select 1", nothing},
        {"  SELECT\n 1", nothing},
        {"(select 1)", session},
        {"insert into t values ($1)", nothing},
        {"with x as (select 1) select * from x", nothing},
        {"begin isolation level repeatable read read only", nothing},
        {"commit", nothing},
        {"select set_config('app.tenant_id', $1, true)", nothing},
        {"select set_config ('app.tenant_id', f(($1)), TRUE )", nothing},
        {"select set_config('app.tenant_id', $1, false)", settings},
        {"select set_config('a.b', $1, true), set_config('c.d', $2, $3)", settings},
        {"select set_config('a.b', $1, not true)", settings},
        {"set local lock_timeout = 5", nothing},
        {"set transaction read only", nothing},
        {"set lock_timeout = 5", settings},
        {"set role other", settings},
        {"reset all", settings},
        {"select pg_advisory_lock($1)", session},
        {"select pg_try_advisory_lock_shared($1)", session},
        {"select pg_advisory_xact_lock($1)", nothing},
        {"select * into temp t from u", session},
        {"listen news", session},
        {"prepare p as select 1", session},
        {"declare c cursor with hold for select 1", session},
        {"create temp table t (a int)", session},
        {"do $$ begin end $$", session},
        {"call p()", session},
        {"", session},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.sql);
        EXPECT_EQ(leaves_of(c.sql), c.leaves);
    }
}

TEST(SessionState, NoFunctionOfTheSchemaReachesBeyondItsTransaction) {
    for (const auto* files : {&schema_migrations(), &schema_functions()}) {
        for (const SchemaFile& file : *files) {
            SCOPED_TRACE(file.name);
            // As the body of a statement that is harmless by its first word.
            EXPECT_EQ(leaves_of("select " + std::string{file.text}), Leaves::nothing);
        }
    }
}

}  // namespace
}  // namespace accubooks::pg
