# Shortens the output of `cargo test`: one line per test program, and every
# line of anything that went wrong.
function done_with() { if (program != "") print program ": no result"; program = "" }
/^ *(Running|Doc-tests) / { done_with(); sub(/^ */, ""); program = $0; next }
/^test result: / {
    sub(/^test result: /, "")
    print (program == "" ? "tests" : program) ": " $0
    program = ""
    fflush()
    next
}
/^test .* \.\.\. ok$/ || /^test .* - should panic \.\.\. ok$/ { next }
/^running [0-9]+ tests?$/ || /^$/ || /^ *Compiling / || /^ *(Downloading|Downloaded) / { next }
{ print; fflush() }
END { done_with() }
