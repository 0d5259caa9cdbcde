/* Makes a system call in the 32-bit numbering of x86, from a 64-bit program. Only tests run it. */
int main(void) {
  long process;
  __asm__ volatile("int $0x80" : "=a"(process) : "a"(20 /* getpid */) : "memory");
  return process > 0 ? 0 : 1;
}
