using System.Reflection;
using System.Text;

namespace AtlanticProxy.Engine.Tests.Fuzzing;

/// <summary>
/// What can be fed with any bytes: it checks its invariants and says, in a few words, how it behaved. Whatever it throws is a
/// find.
/// </summary>
internal delegate string FuzzTarget(byte[] input);

/// <summary>
/// Fuzzing with feedback, as coverage-guided fuzzers work, but with a parser's behaviour for coverage: an input whose behaviour
/// was not seen before joins the corpus in memory, and later inputs grow out of it. Bounded in rounds, and deterministic: the
/// same seeds and the same code give the same run. The corpus's beginning is committed, one seed a line with C escapes
/// (<c>Corpus/NAME.seeds</c>); an input that was a find is added there, and stays a test.
/// </summary>
internal sealed class Fuzzer(string name, FuzzTarget target)
{
    private const int MaxCorpus = 2000, MaxLength = 20_000, RandomSeed = 20261122;

    /// <summary>Bytes that mean something to one parser or another.</summary>
    private static readonly byte[][] s_tokens =
    [
        .. new[] { "\r\n", "\r\n\r\n", "\n", "\0", ":", " ", "\t", ",", ";", "-", "_", "=", "0", "f", "%00", "chunked",
            "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "[::1]", "@", "http://" }
            .Select(Encoding.Latin1.GetBytes),
        [0xff], [0, 0], [0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [1], [3], [4], [22],
    ];

    private readonly Random _random = new(RandomSeed);
    private readonly HashSet<string> _seen = [];
    private readonly List<byte[]> _corpus = [];

    /// <summary>Ways to behave that were found beyond those of the seeds.</summary>
    public int Found { get; private set; }

    public void Run(int rounds)
    {
        foreach (byte[] seed in Seeds(name))
        {
            Try(seed);
            _corpus.Add(seed); // whether or not it behaves as another one
        }
        int known = _seen.Count;
        for (int round = 0; round < rounds; round++)
        {
            byte[] input = Mutate(Pick());
            if (Try(input) && _corpus.Count < MaxCorpus)
                _corpus.Add(input);
        }
        Found = _seen.Count - known;
    }

    internal static List<byte[]> Seeds(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Corpus/{name}.seeds")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Unescape)];
    }

    /// <summary>Whether it behaved as none before.</summary>
    private bool Try(byte[] input)
    {
        try
        {
            return _seen.Add(target([.. input]));
        }
        catch (Exception fault)
        {
            throw new AssertFailedException($"{name} fails on this seed: {Escape(input)}\n{fault}", fault);
        }
    }

    // Half of the time one of the youngest, which nobody has tried much yet.
    private byte[] Pick()
    {
        int from = _random.Next(2) == 0 ? Math.Max(0, _corpus.Count - 20) : 0;
        return _corpus[_random.Next(from, _corpus.Count)];
    }

    private byte[] Mutate(byte[] input)
    {
        var bytes = input.ToList();
        for (int times = _random.Next(1, 5); times > 0; times--)
        {
            int at = _random.Next(bytes.Count + 1);
            int length = Math.Min(_random.Next(1, 9), bytes.Count - at);
            switch (_random.Next(9))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] += (byte)(_random.Next(2) == 0 ? 1 : 255);
                    break;
                case 3:
                    bytes.InsertRange(at, s_tokens[_random.Next(s_tokens.Length)]);
                    break;
                case 4:
                    bytes.RemoveRange(at, length);
                    break;
                case 5: // a piece once more
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 6: // the rest of another
                    byte[] other = _corpus[_random.Next(_corpus.Count)];
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.AddRange(other.AsSpan(_random.Next(other.Length + 1)));
                    break;
                case 7:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 8 when _random.Next(50) == 0:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)'A', _random.Next(1, 9000)));
                    break;
            }
        }
        return bytes.Count <= MaxLength ? [.. bytes] : [.. bytes.Take(MaxLength)];
    }

    private static byte[] Unescape(string line)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                bytes.Add((byte)line[i]);
                continue;
            }
            switch (line[++i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case '\\': bytes.Add((byte)'\\'); break;
                case 'x': bytes.Add(Convert.ToByte(line.Substring(i + 1, 2), 16)); i += 2; break;
                case var other: throw new FormatException($"\\{other} in a seed");
            }
        }
        return [.. bytes];
    }

    private static string Escape(byte[] bytes) =>
        string.Concat(bytes.Select(b => b is > 31 and < 127 and not (byte)'\\' ? ((char)b).ToString() : $"\\x{b:x2}"));
}
