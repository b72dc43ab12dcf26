using System.Globalization;
using System.Text.RegularExpressions;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>The packages that the tests install: built once in a run, when somebody asks for them.</summary>
public static class BuiltPackages
{
    /// <summary>Versions after any real one.</summary>
    private const string LaterVersion = "99.0.0", BrokenVersion = "99.1.0";

    private const string LaterFolder = "later";

    private static readonly Lazy<Task<string>> s_current = new(() => BuildAsync(Checkout.Root, "amd64", "current"));
    private static readonly Lazy<Task<string>> s_arm64 = new(() => BuildAsync(Checkout.Root, "arm64", "current"));
    private static readonly Lazy<Task<string>> s_later = new(BuildLaterAsync);
    private static readonly Lazy<Task<string>> s_broken = new(BuildBrokenAsync);

    /// <summary>Of this checkout, amd64.</summary>
    public static Task<string> CurrentAsync() => s_current.Value;

    public static Task<string> Arm64Async() => s_arm64.Value;

    /// <summary>
    /// A release after this one: its migration takes five seconds, and makes the table <c>later</c>.
    /// </summary>
    public static Task<string> LaterAsync() => s_later.Value;

    /// <summary>One after that, which migrates too, and then cannot start: its portal listens where nobody can.</summary>
    public static Task<string> BrokenAsync() => s_broken.Value;

    private static string Folder => Path.Combine(Checkout.Root, ".atlantic", "test-packages");

    /// <summary>Its file's name.</summary>
    public static async Task<string> BuildAsync(string checkout, string architecture, string folder, params string[] options)
    {
        // A copy has no history to take the time from.
        string time = await Commands.RunAsync("bash", "-c",
            """git -c safe.directory="$1" -C "$1" log -1 --format=%ct""", "time", Checkout.Root);
        // Other sources are compiled elsewhere, so that neither waits for the other, nor compiles after it all anew.
        string[] elsewhere = folder == LaterFolder ? [$"ATLANTIC_WORKSHOP={Path.Combine(checkout, ".workshop")}"] : [];
        string output = await Commands.RunAsync("env", [$"SOURCE_DATE_EPOCH={time.Trim()}", .. elsewhere,
            Path.Combine(checkout, "packaging", "build-deb"), "--output", Path.Combine(Folder, folder), .. options,
            architecture]);
        return output.Trim().Split('\n')[^1];
    }

    /// <summary>The sources, as git has them and as they lie there, in another folder.</summary>
    public static async Task<string> CopySourcesAsync()
    {
        string copy = Directory.CreateTempSubdirectory("atlantic-sources-").FullName;
        await Commands.RunAsync("bash", "-c",
            """
            cd "$1" && git -c safe.directory="$1" ls-files -co --exclude-standard -z | rsync -a --from0 --files-from=- ./ "$2/"
            """, "copy", Checkout.Root, copy);
        return copy;
    }

    private static async Task<string> BuildLaterAsync()
    {
        string copy = await CopySourcesAsync();
        string properties = Path.Combine(copy, "Directory.Build.props");
        string text = await File.ReadAllTextAsync(properties);
        await File.WriteAllTextAsync(
            properties, Regex.Replace(text, "<Version>[^<]*</Version>", $"<Version>{LaterVersion}</Version>"));
        string migrations = Path.Combine(copy, "AtlanticProxy.Appliance", "ControlPlane", "Database", "Migrations");
        int last = Directory.GetFiles(migrations)
            .Max(file => int.Parse(Path.GetFileName(file)[..4], CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(Path.Combine(migrations, $"{last + 1:0000}_later.sql"),
            "select pg_sleep(12);\ncreate table later (id integer primary key);\n");
        string deb = await BuildAsync(copy, "amd64", LaterFolder, "--fast");
        Directory.Delete(copy, recursive: true);
        return deb;
    }

    private static async Task<string> BuildBrokenAsync()
    {
        string tree = Directory.CreateTempSubdirectory("atlantic-broken-").FullName;
        string deb = Path.Combine(Folder, "broken", $"atlanticproxy_{BrokenVersion}_amd64.deb");
        Directory.CreateDirectory(Path.GetDirectoryName(deb)!);
        await Commands.RunAsync("bash", "-c",
            """
            set -e
            dpkg-deb --raw-extract "$1" "$2"
            cd "$2"
            sed -i "s/^Version: .*/Version: $4/" DEBIAN/control
            echo "$4-broken" >usr/lib/atlanticproxy/app/RELEASE
            sed -i 's/^{/{ "Portal": { "Listen": "192.0.2.1:8000" },/' usr/lib/atlanticproxy/app/package.json
            dpkg-deb --root-owner-group -Zgzip -z1 --build . "$3" >/dev/null
            """, "break", await LaterAsync(), tree, deb, BrokenVersion);
        Directory.Delete(tree, recursive: true);
        return deb;
    }
}
