namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>One way to write a proxy user's name and what it asks of its exit.</summary>
internal abstract class UsernameGrammar
{
    /// <summary>The provider's that it comes from.</summary>
    public abstract string Name { get; }

    /// <summary>Takes <paramref name="username"/> apart if it has this grammar's shape.</summary>
    /// <param name="separator">Where its first <c>-</c> or <c>_</c> is.</param>
    /// <returns>False when it is some other grammar's.</returns>
    public abstract bool TryParse(string username, int separator, out ParsedUsername parsed);

    /// <summary>Username and password that say <paramref name="targeting"/>; null when this grammar cannot say it all.</summary>
    public (string Username, string Password)? Format(string name, string password, Targeting targeting)
    {
        var written = Write(name, password, targeting);
        // Reading it again is the one way to be sure that nothing was left out.
        var read = UsernameParser.Parse(written.Username, written.Password);
        return read.BadToken is null && read.Name == name && read.Targeting == targeting ? written : null;
    }

    protected abstract (string Username, string Password) Write(string name, string password, Targeting targeting);
}
