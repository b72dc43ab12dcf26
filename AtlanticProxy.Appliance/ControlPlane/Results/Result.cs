namespace AtlanticProxy.ControlPlane.Results;

/// <summary>
/// How a command ended: success, or the expected failures (all of them, so that a form shows each beside its field). Faults are
/// exceptions.
/// </summary>
public class Result
{
    public static readonly Result Success = new([]);

    private protected Result(IReadOnlyList<Error> errors) => Errors = errors;

    public bool IsSuccess => Errors.Count == 0;

    /// <summary>Empty on success; otherwise the one that decides the status comes first.</summary>
    public IReadOnlyList<Error> Errors { get; }

    public static Result Failure(IReadOnlyList<Error> errors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(errors.Count);
        return new Result(errors);
    }

    public static Result<T> Failure<T>(IReadOnlyList<Error> errors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(errors.Count);
        return new Result<T>(errors);
    }

    public static Result<T> Of<T>(T value) => new(value);

    public static implicit operator Result(Error error) => new([error]);
}

/// <inheritdoc cref="Result"/>
public sealed class Result<T> : Result
{
    private readonly T? _value;

    internal Result(T value) : base([]) => _value = value;

    internal Result(IReadOnlyList<Error> errors) : base(errors) { }

    /// <exception cref="InvalidOperationException">This is a failure: a caller must look first.</exception>
    public T Value => IsSuccess
        ? _value!
        : throw new InvalidOperationException($"A failed result has no value ({Errors[0].Code}).");

    /// <summary>What <paramref name="next"/> makes of the value; the same failure otherwise.</summary>
    public Result<TNext> Then<TNext>(Func<T, TNext> next) => IsSuccess ? Result.Of(next(_value!)) : Result.Failure<TNext>(Errors);

    public static implicit operator Result<T>(T value) => new(value);

    public static implicit operator Result<T>(Error error) => new([error]);
}
