/*
 * A program that knows no proxy and no library but the C one, linked statically: looks a name up, connects, says a line,
 * prints what comes back.
 *
 *   dial HOST PORT WORDS
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **words)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *found;
	char answer[256];
	ssize_t length;
	int connection;

	if (count != 4)
		return 2;
	if (getaddrinfo(words[1], words[2], &hints, &found)) {
		puts("no such name");
		return 1;
	}
	connection = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(connection, found->ai_addr, found->ai_addrlen) ||
	    dprintf(connection, "%s\n", words[3]) < 0) {
		perror("connect");
		return 1;
	}
	length = read(connection, answer, sizeof(answer));
	if (length < 0)
		perror("read");
	else
		fwrite(answer, 1, (size_t)length, stdout);
	return length < 0;
}
