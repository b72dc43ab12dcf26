namespace AtlanticProxy.Engine.Routing;

/// <summary>How providers spell the places that clients name: squashed names (<c>newyork</c>) and codes (<c>ny</c>) in, either out.</summary>
internal abstract class PlaceNames
{
    /// <summary>For where no catalogue is: every place is spelled as the client did, squashed.</summary>
    public static readonly PlaceNames AsGiven = new Unknown();

    /// <summary>The state's full name, squashed.</summary>
    public abstract string StateName(string country, string state);

    /// <summary>The state's code, such as <c>ny</c>.</summary>
    public abstract string StateCode(string country, string state);

    /// <summary>The state's name with underscores between its words.</summary>
    public abstract string StateWords(string country, string state);

    /// <summary>The city's name with underscores between its words.</summary>
    public abstract string CityWords(string country, string city);

    private sealed class Unknown : PlaceNames
    {
        public override string StateName(string country, string state) => state;

        public override string StateCode(string country, string state) => state;

        public override string StateWords(string country, string state) => state;

        public override string CityWords(string country, string city) => city;
    }
}
