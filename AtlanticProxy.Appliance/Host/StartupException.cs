namespace AtlanticProxy.Host;

/// <summary>
/// The appliance cannot start, or a verb cannot do its work, for a reason outside of it (a full disk, a port in use).
/// <see cref="Exception.Message"/> is one line for the person at the terminal: what is wrong and what to do. It is printed
/// without a stack.
/// </summary>
public class StartupException : Exception
{
    public StartupException(string message) : base(message) { }

    public StartupException(string message, Exception? cause) : base(message, cause) { }
}

/// <summary>Another process works in the same place: waiting mends nothing, and going on would harm it.</summary>
public sealed class InUseException(string message, Exception? cause) : StartupException(message, cause);
