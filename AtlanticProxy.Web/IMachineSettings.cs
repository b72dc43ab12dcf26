namespace AtlanticProxy.Web;

/// <summary>Where a setting is from, from the weakest.</summary>
public enum SettingSource
{
    /// <summary>Nobody has set it.</summary>
    Default,

    /// <summary>The package, or a demonstration.</summary>
    Package,

    /// <summary>The pages, <c>apply</c> and the command line: the database.</summary>
    Portal,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>A file of its own, for secrets.</summary>
    SecretFile,

    Environment,

    /// <summary>The command that started the appliance.</summary>
    Flag,
}

/// <summary>A setting that is read when the appliance starts, on each machine.</summary>
/// <param name="Name"><c>Engine:MaxConnections</c>.</param>
/// <param name="What">It does, in English; empty where the reference has no more to say than its name.</param>
/// <param name="Default">In words or as a value; empty: nothing.</param>
/// <param name="Present">As a value; of secrets only that they are set.</param>
public sealed record MachineSetting(string Name, string What, string Default, string Present, SettingSource Source)
{
    public string Section => Name.Split(':')[0];
}

/// <summary>What is set on this machine. The host brings it.</summary>
public interface IMachineSettings
{
    /// <summary>By section, as the reference has them.</summary>
    IReadOnlyList<MachineSetting> All { get; }
}

/// <summary>For a portal that runs by itself.</summary>
internal sealed class NoMachineSettings : IMachineSettings
{
    public IReadOnlyList<MachineSetting> All => [];
}
