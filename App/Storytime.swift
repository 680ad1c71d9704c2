@main enum Storytime { static func main() {} }
