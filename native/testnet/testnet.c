/*
 * testnet: a network for tests in which every IPv4 address is this machine.
 *
 *   testnet [--hosts FILE] COMMAND...      make a network and run COMMAND in it
 *   testnet --join PID COMMAND...          run COMMAND in the network of PID
 *
 * The product refuses loopback and private addresses and has no switch that relaxes it. In here a test's server may
 * listen on a public address, so the product under test is the real one. Nothing leaves: there is only the loopback
 * device. Works as root and, through a user namespace that maps only the caller, as an ordinary user.
 *
 * Only tests run this program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "testnet: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_file(const char *path, const char *format, ...)
{
	va_list arguments;
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0)
		fail(path);
	va_start(arguments, format);
	if (vdprintf(file, format, arguments) < 0)
		fail(path);
	va_end(arguments);
	close(file);
}

/* Root needs no user namespace, and must not have one: the product behaves differently in it. */
static void enter_new_namespaces(void)
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (user == 0) {
		if (unshare(CLONE_NEWNET | CLONE_NEWNS))
			fail("unshare");
		return;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS))
		fail("unshare (are user namespaces allowed?)");
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "%u %u 1", user, user);
	write_file("/proc/self/gid_map", "%u %u 1", group, group);
}

static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (control < 0 || ioctl(control, SIOCGIFFLAGS, &request))
		fail("lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(control, SIOCSIFFLAGS, &request))
		fail("lo up");
	close(control);
}

/* ip route add local 0.0.0.0/0 dev lo: packets to any address are for us ("AnyIP"). */
static void route_everything_here(void)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr attribute;
		int device;
	} request = {
		.header = { .nlmsg_len = sizeof request,
			    .nlmsg_type = RTM_NEWROUTE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK },
		.route = { .rtm_family = AF_INET,
			   .rtm_table = RT_TABLE_LOCAL,
			   .rtm_protocol = RTPROT_BOOT,
			   .rtm_scope = RT_SCOPE_HOST,
			   .rtm_type = RTN_LOCAL },
		.attribute = { .rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF },
		.device = (int)if_nametoindex("lo"),
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr answer;
		char echo[sizeof request];
	} reply;
	int control = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (control < 0 || send(control, &request, sizeof request, 0) < 0 || recv(control, &reply, sizeof reply, 0) < 0)
		fail("netlink");
	if (reply.header.nlmsg_type != NLMSG_ERROR || reply.answer.error != 0) {
		errno = -reply.answer.error;
		fail("local route");
	}
	close(control);
}

/* Names come from the hosts file alone. /dev/null reads as an empty file, and needs no place of its own. */
static void replace_name_files(const char *hosts)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("private mounts");
	if (hosts != NULL && mount(hosts, "/etc/hosts", NULL, MS_BIND, NULL))
		fail("/etc/hosts");
	if (mount("/dev/null", "/etc/resolv.conf", NULL, MS_BIND, NULL) && errno != ENOENT)
		fail("/etc/resolv.conf");
}

static void make_network(const char *hosts)
{
	enter_new_namespaces();
	bring_up_loopback();
	route_everything_here();
	/* A test's server may take port 443 without being root. */
	write_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
	replace_name_files(hosts);
}

static int open_namespace(const char *pid, const char *kind)
{
	char path[64];
	int file;

	snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		fail(path);
	return file;
}

static void join_network(const char *pid)
{
	struct stat theirs, ours;
	int user = open_namespace(pid, "user");
	int network = open_namespace(pid, "net");
	int mounts = open_namespace(pid, "mnt");
	char *folder = getcwd(NULL, 0);

	/* One's own user namespace cannot be entered again; root's network has no other. */
	if (fstat(user, &theirs) || stat("/proc/self/ns/user", &ours))
		fail("user namespace");
	if (theirs.st_ino != ours.st_ino && setns(user, CLONE_NEWUSER))
		fail("join the user namespace");
	if (setns(network, CLONE_NEWNET) || setns(mounts, CLONE_NEWNS))
		fail("join the network");
	/* Entering a mount namespace moves to its root. */
	if (folder == NULL || chdir(folder))
		fail("working folder");
	free(folder);
}

int main(int count, char **words)
{
	const char *hosts = NULL, *pid = NULL;
	int next = 1;

	for (; next + 1 < count && strncmp(words[next], "--", 2) == 0; next += 2) {
		if (strcmp(words[next], "--hosts") == 0)
			hosts = words[next + 1];
		else if (strcmp(words[next], "--join") == 0)
			pid = words[next + 1];
		else
			break;
	}
	if (next >= count || strncmp(words[next], "--", 2) == 0) {
		fprintf(stderr, "usage: testnet [--hosts FILE | --join PID] COMMAND...\n");
		return 2;
	}
	if (pid != NULL)
		join_network(pid);
	else
		make_network(hosts);
	execvp(words[next], words + next);
	fail(words[next]);
}
