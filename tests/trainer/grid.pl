# Reads the images of a set in VOC layout, in one process, and prints a line for each: its name, its class, and the colours of a grid of 8 x 8 cells, 192 numbers from 0 to 1.
# Arguments: the directory of the set, then names of images. The class is the first name in the image's annotation.
# The mean colour of every block of 8 x 8 pixels stands in a baseline JPEG file as it is (ITU T.81, F.2.2: the DC coefficients), so nothing needs to be transformed.
use strict;
use warnings;

my (%tables, @quant, @huffman);
my $set = shift @ARGV;
for my $name (@ARGV) {
    my ($class) = slurp("$set/Annotations/$name.xml") =~ m{<name>(.*?)</name>};
    print join(' ', $name, $class // 'none', grid(decode(slurp("$set/JPEGImages/$name.jpg")))), "\n";
}

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "cannot read $path: $!\n";
    local $/;
    return <$file>;
}

# Gives the components, each with the size of its plane of blocks and their mean samples.
sub decode {
    my ($jpeg) = @_;
    my ($at, $restart, $width, $height, @parts) = (2, 0, 0, 0);
    while (1) {
        my ($marker, $size) = unpack "x$at n n", $jpeg;
        my $body = substr $jpeg, $at + 4, $size - 2;
        $at += 2 + $size;
        if ($marker == 0xFFDB) { read_quant($body) }
        elsif ($marker == 0xFFC4) { read_huffman($body) }
        elsif ($marker == 0xFFDD) { $restart = unpack 'n', $body }
        elsif ($marker == 0xFFC0 || $marker == 0xFFC1) {
            ($height, $width) = unpack 'x n n', $body;
            @parts = map { my ($id, $hv, $q) = unpack 'C3', substr $body, 6 + 3 * $_, 3; { id => $id, h => $hv >> 4, v => $hv & 15, q => $q } } 0 .. ord(substr $body, 5) - 1;
        } elsif ($marker == 0xFFDA) {
            for (0 .. ord($body) - 1) {
                my ($id, $which) = unpack 'C2', substr $body, 1 + 2 * $_, 2;
                ($_->{dc}, $_->{ac}) = ($huffman[$which >> 4], $huffman[16 + ($which & 15)]) for grep { $_->{id} == $id } @parts;
            }
            last;
        } elsif ($marker == 0xFFC2) { die "a progressive JPEG has no blocks in order\n" }
    }
    scan(substr($jpeg, $at), $restart, $width, $height, @parts);
    return @parts;
}

sub read_quant {
    my ($body) = @_;
    while (length $body) {
        my $which = ord $body;
        $quant[$which & 15] = unpack $which >> 4 ? 'x n' : 'x C', $body;
        $body = substr $body, $which >> 4 ? 129 : 65;
    }
}

# A table gives for the next 16 bits (length of the code << 8 | symbol). The same tables stand in every file of an encoder.
sub read_huffman {
    my ($body) = @_;
    while (length $body) {
        my ($which, @counts) = unpack 'C17', $body;
        my $total = 0;
        $total += $_ for @counts;
        my $key = substr $body, 1, 16 + $total;
        $tables{$key} //= do {
            my @symbols = unpack 'C*', substr $key, 16;
            my @table;
            for my $length (1 .. 16) {
                push @table, (($length << 8) | shift @symbols) x (1 << (16 - $length)) for 1 .. $counts[$length - 1];
            }
            \@table;
        };
        $huffman[($which >> 4) * 16 + ($which & 15)] = $tables{$key};
        $body = substr $body, 17 + $total;
    }
}

sub scan {
    my ($data, $restart, $width, $height, @parts) = @_;
    my ($hmax, $vmax) = (1, 1);
    for (@parts) { $hmax = $_->{h} if $_->{h} > $hmax; $vmax = $_->{v} if $_->{v} > $vmax }
    my ($across, $down) = (int(($width + 8 * $hmax - 1) / (8 * $hmax)), int(($height + 8 * $vmax - 1) / (8 * $vmax)));
    $_->{stride} = $across * $_->{h} for @parts;
    # Only the blocks that hold pixels of the picture count; those beyond fill up the last unit.
    for (@parts) { $_->{wide} = int(($width * $_->{h} / $hmax + 7) / 8); $_->{high} = int(($height * $_->{v} / $vmax + 7) / 8) }
    my @runs = $restart ? split(/\xFF[\xD0-\xD7]/, $data) : ($data);
    my ($bits, $at) = ('', 0);
    for my $unit (0 .. $across * $down - 1) {
        if ($unit == 0 || ($restart && $unit % $restart == 0)) {
            ($bits = shift @runs) =~ s/\xFF\x00/\xFF/g;
            $bits .= "\0" x 8;
            $at = 0;
            $_->{last} = 0 for @parts;
        }
        for my $part (@parts) {
            my ($h, $ac, $scale) = ($part->{h}, $part->{ac}, $quant[$part->{q}] / 8);
            for my $block (0 .. $h * $part->{v} - 1) {
                my $code = $part->{dc}[((unpack('N', substr $bits, $at >> 3, 4) << ($at & 7)) >> 16) & 0xFFFF];
                my $size = $code & 255;
                $at += $code >> 8;
                if ($size) {
                    my $value = ((unpack('N', substr $bits, $at >> 3, 4) << ($at & 7)) & 0xFFFFFFFF) >> (32 - $size);
                    $part->{last} += $value >> ($size - 1) ? $value : $value - (1 << $size) + 1;
                    $at += $size;
                }
                my ($x, $y) = (($unit % $across) * $h + $block % $h, int($unit / $across) * $part->{v} + int($block / $h));
                $part->{mean}[$y * $part->{stride} + $x] = $part->{last} * $scale + 128;
                # The other 63 coefficients are only passed over.
                for (my $k = 1; $k < 64; $k++) {
                    $code = $ac->[((unpack('N', substr $bits, $at >> 3, 4) << ($at & 7)) >> 16) & 0xFFFF];
                    $size = $code & 15;
                    $at += ($code >> 8) + $size;
                    last if ($code & 255) == 0;
                    $k += ($code >> 4) & 15;
                }
            }
        }
    }
}

# The colour of each cell: that of the block in its middle (JFIF: YCbCr of the full range; one component is grey).
sub grid {
    my @parts = @_;
    my @cells;
    for my $y (0 .. 7) {
        for my $x (0 .. 7) {
            my @value = map { $_->{mean}[int(($y + 0.5) * $_->{high} / 8) * $_->{stride} + int(($x + 0.5) * $_->{wide} / 8)] } @parts;
            my ($luma, $cb, $cr) = ($value[0], ($value[1] // 128) - 128, ($value[2] // 128) - 128);
            push @cells, map { sprintf '%.4f', ($_ < 0 ? 0 : $_ > 255 ? 255 : $_) / 255 } $luma + 1.402 * $cr, $luma - 0.344136 * $cb - 0.714136 * $cr, $luma + 1.772 * $cb;
        }
    }
    return @cells;
}
