# Runs on a machine that is to be added, before anything is installed there: Perl is a part of every Debian system.
#   try HOST:PORT ...          what can be connected to, from which own address, over a link with which MTU
#   echo tcp:PORT udp:PORT ... sends back whatever comes in, until its own input ends
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my $ip_mtu = 14;
my ($verb, @places) = @ARGV;
$| = 1;
$verb eq 'try' ? try(@places) : echo(@places);

# Side by side: what does not answer takes its whole time.
sub try {
    for my $place (@_) {
        next if fork;
        my ($host, $port) = $place =~ /^\[?(.+?)\]?:(\d+)$/;
        my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Proto => 'tcp', Timeout => 4);
        my $mtu = $socket && getsockopt($socket, 0, $ip_mtu);
        print $socket
            ? sprintf("open %s %s %d\n", $place, $socket->sockhost, $mtu ? unpack('i', $mtu) : 0)
            : "closed $place $!\n";
        exit;
    }
    1 while wait != -1;
}

sub echo {
    my $select = IO::Select->new(\*STDIN);
    my %protocols;
    for my $place (@_) {
        my ($protocol, $port) = split /:/, $place;
        my @stream = $protocol eq 'tcp' ? (Listen => 5, ReuseAddr => 1) : ();
        my $socket = IO::Socket::INET->new(LocalPort => $port, Proto => $protocol, @stream);
        print $socket ? "listens $place\n" : "taken $place $!\n";
        next if !$socket;
        $select->add($socket);
        $protocols{$socket} = $protocol;
    }
    print "ready\n";
    my $deadline = time + 60;
    while (time < $deadline) {
        for my $socket ($select->can_read(1)) {
            exit if $socket == \*STDIN && !sysread(STDIN, my $word, 1);
            answer($select, $socket, $protocols{$socket} // 'connection') if $socket != \*STDIN;
        }
    }
}

sub answer {
    my ($select, $socket, $protocol) = @_;
    if ($protocol eq 'tcp') {
        my $connection = $socket->accept;
        $select->add($connection) if $connection;
    }
    elsif ($protocol eq 'udp') {
        my $sender = $socket->recv(my $bytes, 65536);
        $socket->send($bytes, 0, $sender) if $sender;
    }
    elsif (sysread $socket, my $bytes, 65536) {
        syswrite $socket, $bytes;
    }
    else {
        $select->remove($socket);
        close $socket;
    }
}

# Behind this line the program's input is no program any more.
__END__
