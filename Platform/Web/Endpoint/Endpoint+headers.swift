import HTTPTypes

extension Endpoint {
    /// Checks the header fields that the endpoint declares; any other is none of its business.
    ///
    /// - Throws: one ``Problem`` that names every field at fault: 400, as header fields are the request's own syntax.
    func checkHeaders(_ fields: HTTPFields) throws(Problem) {
        let errors = headerParameters.flatMap { $0.headerErrors(in: fields) }
        guard errors.isEmpty else {
            throw Problem(.malformedRequest, "A header field is missing or does not fit; see errors", errors: errors)
        }
    }
}

extension Parameter {
    fileprivate func headerErrors(in fields: HTTPFields) -> [FieldError] {
        guard let name = HTTPField.Name(name), let text = fields[name] else {
            return isRequired ? [.header(name, .required, "Add the header field \(name)")] : []
        }
        return schema.violations(in: value(of: text)).map { .header(self.name, $0.code, $0.detail) }
    }
}
