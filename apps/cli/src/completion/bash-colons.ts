/**
 * Stands behind the script for bash: readline takes a colon for the end of a word, so what is offered for the address of
 * an endpoint loses what stands before it (bash-completion, `__ltrim_colon_completions`).
 */
export const bashColons = `
__clawhold_complete_with_colons() {
    __clawhold_complete "$@"
    local cur
    _get_comp_words_by_ref -n "=:" cur
    __ltrim_colon_completions "$cur"
}
complete -F __clawhold_complete_with_colons clawhold
`;
