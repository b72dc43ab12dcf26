namespace AtlanticProxy.Testing;

/// <summary>Where the sources, and what was built of them, are.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The appliance's executable, of the same configuration as these tests.</summary>
    public static string Executable { get; } = Path.Combine(
        Root, "AtlanticProxy.Appliance", "Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0",
        "atlanticproxy");

    /// <summary>The scripts of the clients in other languages.</summary>
    public static string Clients { get; } = Path.Combine(Root, "tests", "AtlanticProxy.EndToEnd.Tests", "clients");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AtlanticProxy.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout.");
        return folder.FullName;
    }
}
